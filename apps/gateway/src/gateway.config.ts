import { setting, settings } from '@ciep/platform';
import { z } from 'zod';

/** `identity=http://127.0.0.1:4001,conference=http://…` as a map from service to origin. */
const addresses = z
  .string()
  .default('')
  .transform((text, context) => {
    const entries = text
      .split(',')
      .map(entry => entry.trim())
      .filter(entry => entry !== '');
    return new Map(
      entries.map((entry): [string, string] => {
        const [, name, address = ''] = /^([a-z][a-z0-9-]*)=(.+)$/.exec(entry) ?? [];
        const url = URL.parse(address);
        const isOrigin =
          url !== null && ['http:', 'https:'].includes(url.protocol) && url.pathname === '/' && url.search === '' && url.username === '';
        if (name === undefined || !isOrigin) {
          context.addIssue({ code: 'custom', message: 'each entry is <service>=<http origin>' });
          return ['', ''];
        }
        return [name, url.origin];
      }),
    );
  });

const list = (byDefault: string) =>
  z
    .string()
    .default(byDefault)
    .transform(text =>
      text
        .split(',')
        .map(entry => entry.trim())
        .filter(entry => entry !== ''),
    );

/** Settings of the gateway. */
export class GatewayConfig extends settings({
  upstreams: setting('GATEWAY_UPSTREAMS', addresses, 'services in other processes: <service>=<http origin>, separated by commas'),
  corsOrigins: setting(
    'GATEWAY_CORS_ORIGINS',
    list('http://localhost:5173'),
    'origins of browser applications that may call /v1, separated by commas',
  ),
  firstByteMs: setting(
    'GATEWAY_FIRST_BYTE_MS',
    z.coerce.number().int().min(100).max(600_000).default(10_000),
    'how long a service may take until its answer begins, in ms',
  ),
  connections: setting('GATEWAY_CONNECTIONS', z.coerce.number().int().min(1).max(1_000).default(32), 'connections kept to each service'),
}) {}
