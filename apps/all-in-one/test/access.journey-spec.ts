import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { permissions, roles, type Permission, type Role } from '@ciep/contracts';
import { demoAccounts, demoPassword, demoSecretOf } from '@ciep/identity';
import { clientToken, logIn } from '../../../tools/tour/log-in.js';
import { ApiProber } from './api-prober.js';
import { forgedHeaders } from './forged-headers.js';
import { addressOf, isId, type Operation } from './operations.js';
import { otherRoutes, withoutRow, type OtherRoute } from './route-rows.js';
import { inOneProcess, type InOneProcess } from './start-in-one-process.js';

/** Public routes. Adding one here must be a deliberate choice, otherwise this test fails. */
const publicOperations = [
  'get /v1/billing/editions/{editionId}/fee-schedule',
  'get /v1/conference/editions',
  'get /v1/conference/editions/current',
  'get /v1/conference/editions/{edition}',
  'get /v1/conference/editions/{edition}/milestones',
  'get /v1/conference/milestone-kinds',
  'get /v1/conference/milestones/{id}',
  'get /v1/exhibition/application-events',
  'get /v1/exhibition/application-statuses',
  'get /v1/exhibition/area-types',
  'get /v1/exhibition/booth-types',
  'get /v1/exhibition/booths/{id}',
  'get /v1/exhibition/editions/{editionId}/booths',
  'get /v1/exhibition/editions/{editionId}/nodes',
  'get /v1/exhibition/exhibit-types',
  'get /v1/exhibition/exhibitor-kinds',
  'get /v1/exhibition/node-kinds',
  'get /v1/exhibition/nodes/{id}',
  'get /v1/exhibition/responsibility-roles',
  'get /v1/identity/organisation-kinds',
  'get /v1/identity/regions',
  'get /v1/notification/development/mails',
  'get /v1/notification/development/mails/{id}',
  'post /v1/identity/invitations/{id}/accept',
  'post /v1/identity/password-recoveries',
  'post /v1/identity/password-recoveries/{id}/complete',
  'post /v1/identity/registrations',
  'post /v1/identity/registrations/resend',
  'post /v1/identity/registrations/{id}/resend',
  'post /v1/identity/registrations/{id}/verify',
];

/** Routes for any valid token. The kind of a job decides who sees it; everybody else gets 404 (apps/billing/test/statements.e2e-spec.ts). */
const operationsOfAnyToken = [
  'get /v1/billing/jobs/{id}',
  'post /v1/billing/jobs/{id}/cancel',
  'get /v1/identity/access/explain',
  'get /v1/identity/me',
  'patch /v1/identity/me',
  'post /v1/identity/me/close',
  'post /v1/identity/me/mail-change',
  'get /v1/identity/me/organisations',
  'put /v1/identity/me/password',
  'get /v1/identity/me/second-factor',
  'post /v1/identity/me/second-factor',
  'post /v1/identity/me/second-factor/confirm',
  'post /v1/identity/me/second-factor/recovery-codes',
  'post /v1/identity/me/second-factor/remove',
  'get /v1/identity/me/sessions',
  'delete /v1/identity/me/sessions',
  'delete /v1/identity/me/sessions/{id}',
];

/** Permissions without an operation of their own: they widen what another operation shows. */
const widening: Permission[] = ['all_applications:read', 'invoice:read_all', 'regional_application:read', 'undertaken_application:read'];

let stage: InOneProcess;
let prober: ApiProber;
/** One token for each role, from a real login or client if the demo installation has one. */
const tokens = new Map<Role, string>();

beforeAll(async () => {
  stage = await inOneProcess();
  prober = await ApiProber.at(stage);
  for (const { login, roles: held } of demoAccounts)
    for (const role of held) tokens.set(role, (await logIn(stage.url, login, demoPassword)).access_token);
  tokens.set('province_partner', (await clientToken(stage.url, 'portal-210000', demoSecretOf('portal-210000'))).access_token);
  for (const role of roles) if (!tokens.has(role)) tokens.set(role, await prober.withRoles([role]));
});
afterAll(() => stage.close());

const allowedBy = ({ isPublic, permission, name }: Operation): readonly Role[] => {
  if (permission !== undefined) return permissions[permission];
  return isPublic || operationsOfAnyToken.includes(name) ? roles : [];
};

/** A request that passes the access check and is then refused because of its id, its query or its missing key. */
const pathOf = (operation: Operation): string =>
  `${addressOf(operation, parameter => (isId(parameter) ? 'no-id' : 'no-word'))}?noSuchParameter=1`;

/** The roles that an operation admits. */
async function letIn(operation: Operation): Promise<Role[]> {
  const admitted: Role[] = [];
  for (const role of roles) {
    await prober.send(
      [{ operation, what: role, token: tokens.get(role), path: pathOf(operation), ...(operation.method !== 'GET' && { body: '{}' }) }],
      status => {
        if (status !== 401 && status !== 403) admitted.push(role);
        return status >= 500 ? 'a failure' : undefined;
      },
    );
  }
  return admitted;
}

/** Where a row is tried: at each service that has the route, and at the gateway if it forwards the route. */
const placesOf = ({ at }: OtherRoute): [string, string][] =>
  [...new Set([...at, 'gateway'])].map(name => [name, stage.platform.running.get(name)?.url ?? '']);

async function statusOf(base: string, { route, path }: OtherRoute, token?: string): Promise<number> {
  const answer = await fetch(base + path, {
    method: route.split(' ')[0] ?? '',
    redirect: 'manual',
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });
  await answer.arrayBuffer();
  return answer.status;
}

describe('access', () => {
  it('admits exactly the roles of the permission table, at every operation', async () => {
    expect(prober.operations.length).toBeGreaterThan(130);
    const matrix = await Promise.all(prober.operations.map(async operation => [operation.name, (await letIn(operation)).sort()] as const));
    expect(Object.fromEntries(matrix)).toEqual(
      Object.fromEntries(prober.operations.map(operation => [operation.name, [...allowedBy(operation)].sort()])),
    );
    expect(prober.takeComplaints()).toEqual([]);
  });

  it('refuses requests without a token, except for public operations', async () => {
    const open: string[] = [];
    for (const operation of prober.operations)
      await prober.send(
        [{ operation, what: 'nobody', path: pathOf(operation), ...(operation.method !== 'GET' && { body: '{}' }) }],
        status => {
          if (status !== 401) open.push(operation.name);
          return undefined;
        },
      );
    expect(open.sort()).toEqual(publicOperations);
    expect(prober.takeComplaints()).toEqual([]);
  });

  it('has a permission for every other operation, and an operation for every permission', () => {
    const named = new Set(prober.operations.map(({ permission }) => permission));
    const rest = prober.operations.filter(({ isPublic, permission }) => !isPublic && permission === undefined).map(({ name }) => name);
    expect(rest).toEqual(operationsOfAnyToken);
    const unnamed = (Object.keys(permissions) as Permission[]).filter(permission => !named.has(permission));
    expect(unnamed.sort()).toEqual(widening);
  });

  it('knows every served route: it is in the API document or has a row of its own', () => {
    expect(withoutRow(stage.platform.running.values(), prober.operations)).toEqual([]);
    const served = new Set(
      [...stage.platform.running.values()].flatMap(({ name, routes }) => routes.map(({ method, url }) => `${name} ${method} ${url}`)),
    );
    const listed = otherRoutes.flatMap(({ route, at }) => at.map(service => `${service} ${route}`));
    expect(listed.filter(row => !served.has(row))).toEqual([]);
  });

  it('negative control: reports a route without a row', () => {
    const routes = [
      { method: 'GET', url: '/v1/billing/secrets/:id' },
      { method: 'POST', url: '/health/ready' },
    ];
    expect(withoutRow([{ name: 'billing', routes }], prober.operations)).toEqual([
      'billing GET /v1/billing/secrets/:id',
      'billing POST /health/ready',
    ]);
  });

  it('treats everybody alike at the routes outside the API, and admits only services to the internal ones', async () => {
    const ofServices = { nobody: [401], role: [403], service: [200, 404] };
    const service = await prober.sign({ kind: 'service', roles: ['service'], scope: 'internal:read' });
    for (const row of otherRoutes)
      for (const [place, base] of placesOf(row)) {
        const isThrough = place === 'gateway' && row.through !== undefined;
        const answer = isThrough ? row.through : row.answers;
        const wanted = answer === 'services' ? ofServices : { nobody: [answer], role: [answer], service: [answer] };
        const byRole = new Set(await Promise.all([...tokens.values()].map(token => statusOf(base, row, token))));
        const seen = { nobody: [await statusOf(base, row)], role: [...byRole], service: [await statusOf(base, row, service)] };
        expect([row.route, place, seen.nobody, seen.role]).toEqual([row.route, place, wanted.nobody, wanted.role]);
        expect([row.route, place, wanted.service]).toEqual([row.route, place, expect.arrayContaining(seen.service)]);
      }
  });
});

describe('a service that is called directly, without the gateway', () => {
  const baseOf = ({ template }: Operation): string => stage.platform.running.get(template.split('/')[2] ?? '')?.url ?? '';

  /** What every operation answers to a caller: status and problem code. */
  async function answersTo(
    token: string | undefined,
    base: (operation: Operation) => string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    const answers = new Map<string, string>();
    const probes = prober.operations.map(operation => ({
      operation,
      what: 'directly',
      token,
      headers,
      base: base(operation),
      path: pathOf(operation),
      ...(operation.method !== 'GET' && { body: '{}' }),
    }));
    await prober.send(probes, (status, { code }, { operation }) => {
      answers.set(operation.name, `${status} ${code ?? ''}`);
      return undefined;
    });
    expect(prober.takeComplaints()).toEqual([]);
    return answers;
  }

  it('verifies every token itself, and ignores headers that claim an identity', async () => {
    const callers = [
      undefined,
      await prober.withRoles([]),
      tokens.get('organisation_member'),
      tokens.get('service'),
      await prober.withRoles(),
    ];
    for (const token of callers) {
      const plain = await answersTo(token, baseOf);
      expect(plain.size).toBe(prober.operations.length);
      expect(plain).toEqual(await answersTo(token, () => stage.url));
      for (const forged of forgedHeaders(prober.given.access_token)) expect(await answersTo(token, baseOf, forged)).toEqual(plain);
    }
  });

  it('negative control: notices a service that does trust such a header', async () => {
    const everybody = await prober.withRoles();
    const forged = { authorization: `Bearer ${everybody}` };
    expect(await answersTo(undefined, baseOf, forged)).not.toEqual(await answersTo(undefined, baseOf));
  });
});
