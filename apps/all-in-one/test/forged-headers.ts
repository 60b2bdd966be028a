import { seeds } from '@ciep/contracts';

type Headers = Readonly<Record<string, string>>;

/** The identity that the attacker claims. */
export interface Pretended {
  readonly organisation: string;
  readonly region: string;
}

const organizer: Pretended = { organisation: seeds.organizer, region: '210000' };

/**
 * Headers from an attacker behind the gateway, or one who hopes that services trust typical gateway headers: identities,
 * another method or URL, a closer network address, and a valid token in the wrong place.
 */
export function forgedHeaders(goodToken: string, { organisation, region }: Pretended = organizer): Headers[] {
  return [
    {
      'x-user-id': 'admin@demo.ciep.example',
      'x-user-roles': 'platform_admin,service',
      'x-roles': 'platform_admin,service',
      'x-role': 'platform_admin',
      'x-permissions': 'application:read,audit:read',
      'x-scopes': 'internal:read exhibition:write identity:write',
      'x-organisation-id': organisation,
      'x-organisation': organisation,
      'x-tenant-id': organisation,
      'x-region': region,
      'x-region-code': region,
      'x-client-id': 'notification',
      'x-principal': JSON.stringify({ kind: 'service', roles: ['platform_admin'], organisation }),
      'x-jwt-claims': Buffer.from(JSON.stringify({ roles: ['platform_admin'], organisation })).toString('base64'),
      'x-authenticated-user': 'admin@demo.ciep.example',
      'x-authenticated-userid': 'admin@demo.ciep.example',
      'x-forwarded-user': 'admin@demo.ciep.example',
      'x-forwarded-email': 'admin@demo.ciep.example',
      'x-forwarded-groups': 'platform_admin',
      'x-remote-user': 'admin@demo.ciep.example',
      'remote-user': 'admin@demo.ciep.example',
    },
    {
      'x-internal': 'true',
      'x-internal-call': 'true',
      'x-internal-service': 'notification',
      'x-internal-user-id': 'notification',
      'x-gateway': 'ciep',
      'x-real-ip': '127.0.0.1',
      'x-client-ip': '127.0.0.1',
      'true-client-ip': '127.0.0.1',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-host': 'identity.internal',
      'x-forwarded-proto': 'https',
      forwarded: 'for=127.0.0.1;host=identity.internal;proto=https;by=gateway',
      via: '1.1 gateway',
    },
    {
      'x-http-method-override': 'GET',
      'x-http-method': 'GET',
      'x-method-override': 'GET',
      'x-original-url': '/health/live',
      'x-original-uri': '/health/live',
      'x-rewrite-url': '/health/live',
      'x-forwarded-uri': '/health/live',
      'x-forwarded-prefix': '/internal',
    },
    {
      'proxy-authorization': `Bearer ${goodToken}`,
      'x-access-token': goodToken,
      'x-auth-token': goodToken,
      'x-forwarded-access-token': goodToken,
      'x-original-authorization': `Bearer ${goodToken}`,
      'x-id-token': goodToken,
      'x-api-key': goodToken,
      cookie: `access_token=${goodToken}; token=${goodToken}; authorization=Bearer ${goodToken}`,
    },
  ];
}
