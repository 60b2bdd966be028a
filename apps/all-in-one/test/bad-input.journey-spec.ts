import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { roles } from '@ciep/contracts';
import { Database } from '@ciep/platform';
import { exportSPKI, generateKeyPair, importJWK, type CryptoKey } from 'jose';
import { Bodies } from './bodies.js';
import { ApiProber, type Fault, type ProbeRequest } from './api-prober.js';
import { addressOf, isId, type Operation, type Schema } from './operations.js';
import { inOneProcess, type InOneProcess } from './start-in-one-process.js';

/** Sends every kind of faulty request to every operation of the API document. */
let stage: InOneProcess;
let prober: ApiProber;
let bodies: Bodies;
let everybody: string;
let writtenBefore: Record<string, unknown>;

beforeAll(async () => {
  stage = await inOneProcess();
  prober = await ApiProber.at(stage);
  bodies = new Bodies(prober.document.components.schemas);
  everybody = await prober.withRoles();
  writtenBefore = await written();
});
afterAll(() => stage.close());

const expects =
  (wanted: number, code?: string): Fault =>
  (status, problem) =>
    status === wanted && (code === undefined || problem.code === code) ? undefined : `expected ${wanted} ${code ?? ''}`;

/** Whether the problem points at the field, at something inside it, or at its parent. */
const pointsAtIt: Fault = (status, { errors = [] }, { pointer = '' }) =>
  status === 422 && errors.some(error => error.pointer.startsWith(pointer) || pointer.startsWith(`${error.pointer}/`))
    ? undefined
    : `expected 422 at ${pointer}`;

function those<Found extends Operation>(fits: (operation: Operation) => operation is Found): Found[];
function those(fits: (operation: Operation) => boolean): Operation[];
function those(fits: (operation: Operation) => boolean): Operation[] {
  return prober.operations.filter(fits);
}
const hasJson = (operation: Operation): operation is Operation & { body: Schema } => operation.body !== undefined;
/** A correct request, except that its ids belong to nothing. */
function right(operation: Operation, what: string): ProbeRequest {
  const probe = { operation, what, token: everybody };
  const [mediaType] = operation.uploads;
  if (mediaType !== undefined) return { ...probe, body: '%PDF-1.7', contentType: mediaType };
  if (hasJson(operation)) return { ...probe, body: JSON.stringify(bodies.valid(operation.body)) };
  return operation.method === 'GET' ? probe : { ...probe, body: '{}' };
}

/** The number of events and audited changes of each service. */
async function written(): Promise<Record<string, unknown>> {
  const services = [...stage.platform.running.values()].filter(({ name }) => name !== 'gateway');
  const counts = services.map(async ({ name, find }) => [
    name,
    await find(Database).query('SELECT (SELECT count(*)::int FROM outbox) AS events, (SELECT count(*)::int FROM audit_entries) AS changes'),
  ]);
  return Object.fromEntries(await Promise.all(counts)) as Record<string, unknown>;
}

async function expectNoComplaints(probes: readonly ProbeRequest[], fault: Fault): Promise<void> {
  expect(probes.length).toBeGreaterThan(0);
  await prober.send(probes, fault);
  expect(prober.takeComplaints()).toEqual([]);
}

const base64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

async function badTokens(): Promise<Record<string, string>> {
  const { privateKey: foreignKey } = await generateKeyPair('ES256');
  const publicKey = (await importJWK(prober.publicJwk, 'ES256')) as CryptoKey;
  const [head = '', payload = '', signature = ''] = (await prober.withRoles()).split('.');
  const past = Math.floor(Date.now() / 1_000) - 60;
  const claims = { roles: [...roles] };
  return {
    'alg none': `${base64({ alg: 'none', typ: 'at+jwt', kid: prober.kid })}.${payload}.`,
    'alg none, signature kept': `${base64({ alg: 'none', typ: 'at+jwt', kid: prober.kid })}.${payload}.${signature}`,
    'HS256 with the public key as PEM': await prober.sign(claims, {}, Buffer.from(await exportSPKI(publicKey)), 'HS256'),
    'HS256 with the public key as JWK': await prober.sign(claims, {}, Buffer.from(JSON.stringify(prober.publicJwk)), 'HS256'),
    expired: await prober.sign({ ...claims, iat: past - 600, exp: past }),
    'foreign issuer': await prober.sign({ ...claims, iss: 'https://foreign.example/oidc' }),
    'foreign audience': await prober.sign({ ...claims, aud: 'urn:other:api' }),
    'foreign key with our kid': await prober.sign(claims, {}, foreignKey),
    'unknown kid': await prober.sign(claims, { kid: 'no-such-key' }),
    'kid that is a path': await prober.sign(claims, { kid: '../../etc/passwd' }, foreignKey),
    'id token': prober.given.id_token,
    'id token of our key': await prober.sign({ ...claims, aud: 'console' }, { typ: 'JWT' }),
    'without expiry': await prober.sign({ ...claims, exp: undefined as never }),
    'changed payload': `${head}.${base64({ ...claims, sub: 'x' })}.${signature}`,
    'no token at all': 'abc',
  };
}

describe('bad input', () => {
  it('reaches every operation with valid tokens', async () => {
    expect(prober.operations.length).toBeGreaterThan(130);
    const me = those(({ name }) => name === 'get /v1/identity/me');
    await expectNoComplaints(
      [prober.given.access_token, everybody].flatMap(token => me.map(operation => ({ operation, what: 'good token', token }))),
      expects(200),
    );
  });

  it('answers 401 without a token and to every invalid token', async () => {
    const guarded = those(({ isPublic }) => !isPublic);
    await expectNoComplaints(
      guarded.map(operation => ({ ...right(operation, 'no token'), token: undefined })),
      expects(401, 'token.missing'),
    );
    for (const [what, token] of Object.entries(await badTokens())) {
      await expectNoComplaints(
        guarded.map(operation => ({ ...right(operation, what), token })),
        expects(401, what === 'expired' ? 'token.expired' : 'token.invalid'),
      );
    }
  });

  it('answers 403 to a token without the permission or the scope', async () => {
    const nobody = await prober.withRoles([]);
    const scopeless = await prober.sign({ roles: [...roles], scope: 'openid' });
    await expectNoComplaints(
      those(({ permission }) => permission !== undefined).map(operation => ({ ...right(operation, 'no permission'), token: nobody })),
      expects(403, 'permission.missing'),
    );
    await expectNoComplaints(
      those(({ isPublic }) => !isPublic).map(operation => ({ ...right(operation, 'no scope'), token: scopeless })),
      expects(403, 'scope.missing'),
    );
  });

  it('answers 400, 413 and 415 to bodies that it cannot read', async () => {
    const operations = those(hasJson);
    const withBody = (what: string, body: string, contentType = 'application/json') =>
      operations.map(operation => ({ ...right(operation, what), body, contentType }));
    await expectNoComplaints(withBody('half a body', '{"a":'), expects(400));
    await expectNoComplaints(withBody('no JSON', 'a=b'), expects(400));
    await expectNoComplaints(withBody('prototype pollution', '{"__proto__":{"admin":true}}'), expects(400));
    await expectNoComplaints(withBody('Latin-1', '{}', 'application/json; charset=iso-8859-1'), expects(415, 'body.type_unsupported'));
    await expectNoComplaints(withBody('plain text', '{}', 'text/plain'), expects(415, 'body.type_unsupported'));
    await expectNoComplaints(withBody('a form', 'a=b', 'application/x-www-form-urlencoded'), expects(415, 'body.type_unsupported'));
    await expectNoComplaints(withBody('XML', '<a/>', 'application/xml'), expects(415, 'body.type_unsupported'));
    await expectNoComplaints(withBody('an upload', '{}', 'application/pdf'), expects(415, 'body.type_unsupported'));
    await expectNoComplaints(withBody('2 MB', JSON.stringify({ text: 'a'.repeat(2_000_000) })), expects(413, 'body.too_large'));
    await expectNoComplaints(
      those(({ uploads }) => uploads.length > 0).map(operation => ({ operation, what: 'JSON for a file', token: everybody, body: '{}' })),
      expects(415, 'body.type_unsupported'),
    );
  });

  it('answers 422 with a pointer to every wrong field', async () => {
    const operations = those(hasJson);
    for (const [what, body] of Object.entries({ array: '[]', null: 'null', text: '"text"', number: '42' })) {
      await expectNoComplaints(
        operations.map(operation => ({ ...right(operation, `${what} for a body`), body })),
        expects(422, 'body.invalid'),
      );
    }
    const mutated = operations.flatMap(operation =>
      bodies
        .mutations(operation.body)
        .map(({ what, pointer, body }) => ({ ...right(operation, what), pointer, body: JSON.stringify(body) })),
    );
    expect(mutated.length).toBeGreaterThan(1_000);
    await expectNoComplaints(mutated, pointsAtIt);
  });

  it('answers 404 to unknown ids when everything else is correct', async () => {
    await expectNoComplaints(
      those(({ pathParameters }) => pathParameters.length > 0).map(operation => right(operation, 'unknown id')),
      // An operation may look up an id in the body before the one in the path.
      (status, { errors = [] }) =>
        status === 404 || (status === 422 && errors.length > 0 && errors.every(({ code }) => code === 'unknown'))
          ? undefined
          : 'expected 404',
    );
  });

  it('answers 405 to every other method of an address, and names those that the document has there', async () => {
    const answers = await Promise.all(
      [...Map.groupBy(prober.operations, ({ template }) => template).values()].flatMap(here => {
        const methods = here.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).sort();
        const others = ['DELETE', 'GET', 'OPTIONS', 'PATCH', 'POST', 'PUT'].filter(method => !methods.includes(method));
        return here.slice(0, 1).flatMap(operation =>
          others.map(async method => {
            const answer = await fetch(stage.url + addressOf(operation), { method });
            const wanted = `${method} ${operation.template} 405 ${methods.join(', ')}`;
            return { wanted, given: `${method} ${operation.template} ${answer.status} ${answer.headers.get('allow')}` };
          }),
        );
      }),
    );
    expect(answers.map(({ given }) => given)).toEqual(answers.map(({ wanted }) => wanted));
    expect(answers.map(({ given }) => given)).toEqual(
      expect.arrayContaining([
        'GET /v1/exhibition/booths/bulk 405 POST',
        'DELETE /v1/exhibition/booths/bulk 405 POST',
        'PUT /v1/exhibition/editions/{editionId}/quotas/mine 405 GET, HEAD',
      ]),
    );
  });

  it('answers 400, 404 or 414 to malformed ids', async () => {
    const values = [
      'abc',
      '123',
      `${'a'.repeat(300)}`,
      '%00',
      '%zz',
      '..%2f..',
      "'%20OR%201=1",
      '%E5%B1%95',
      '00000000-0000-0000-0000-00000000000g',
    ];
    const probes = those(({ pathParameters }) => pathParameters.some(isId)).flatMap(operation =>
      values.map(value => ({
        ...right(operation, `${value} for an id`),
        path: addressOf(operation, parameter => (isId(parameter) ? value : '210000')),
      })),
    );
    const noAddress: Fault = status => ([400, 404, 414].includes(status) ? undefined : 'expected 400, 404 or 414');
    await expectNoComplaints(probes, noAddress);
    await expectNoComplaints(
      those(({ pathParameters }) => pathParameters.some(isId)).map(operation => ({
        ...right(operation, 'malformed id'),
        path: addressOf(operation, parameter => (isId(parameter) ? 'abc' : '210000')),
      })),
      expects(400, 'id.malformed'),
    );
    await expectNoComplaints(
      those(({ pathParameters }) => pathParameters.some(parameter => !isId(parameter))).flatMap(operation =>
        values.map(value => ({ ...right(operation, `${value} in the path`), path: addressOf(operation, () => value) })),
      ),
      noAddress,
    );
  });

  it('answers 400 to unknown or malformed query parameters', async () => {
    await expectNoComplaints(
      prober.operations.map(operation => ({
        ...right(operation, 'unknown parameter'),
        path: `${addressOf(operation)}?noSuchParameter=1`,
      })),
      expects(400, 'query.invalid'),
    );
    const wrong = (schema: Schema = {}): string[] => {
      const { type, format, enum: known } = schema.items ?? schema;
      const isText = type === 'string' && known === undefined && format === undefined;
      const dates = ['0000-01-01T00:00:00Z', '9999-12-31T23:59:59-23:59', '2023-03-24T00:00:00%2B16:00', '0000-01-01'];
      return [
        '%00',
        '%E9',
        ...(type === 'integer' ? ['2147483648', '1e400'] : []),
        ...(format?.startsWith('date') ? dates : []),
        ...(isText ? ['a'.repeat(5_000)] : ['no-such-value', '-1']),
      ];
    };
    await expectNoComplaints(
      prober.operations.flatMap(operation =>
        operation.queryParameters.flatMap(({ name, schema }) =>
          // A list may also be sent as repeated parameters.
          [...wrong(schema), ...(schema?.type === 'array' ? [] : [`a&${name}=b`])].map(value => ({
            ...right(operation, `${name}=${value.slice(0, 20)}`),
            path: `${addressOf(operation)}?${name}=${value}`,
          })),
        ),
      ),
      (status, { code }) => (status === 400 && code !== undefined ? undefined : 'expected 400'),
    );
  });

  it('answers 400 to a missing Idempotency-Key where one is required, and to a malformed one', async () => {
    const writes = those(({ takesKey }) => takesKey);
    await expectNoComplaints(
      writes
        .filter(({ needsKey }) => needsKey)
        .map(operation => ({ ...right(operation, 'no key'), headers: { 'idempotency-key': undefined } })),
      expects(400, 'idempotency.key_required'),
    );
    for (const key of ['short', 'a'.repeat(129), 'with blanks inside of it'])
      await expectNoComplaints(
        writes.map(operation => ({ ...right(operation, `key "${key.slice(0, 20)}"`), headers: { 'idempotency-key': key } })),
        expects(400, 'idempotency.key_malformed'),
      );
  });

  it('answers 428 to a missing If-Match where one is required, and 412 to anything but versions', async () => {
    await expectNoComplaints(
      those(({ needsVersion }) => needsVersion).map(operation => ({
        ...right(operation, 'no If-Match'),
        headers: { 'if-match': undefined },
      })),
      expects(428, 'if_match.required'),
    );
    for (const given of ['*', '"1", "abc"', 'w/"1"', '1', '"abc"', '"99999999999"'])
      await expectNoComplaints(
        those(({ takesVersion }) => takesVersion).map(operation => ({
          ...right(operation, `If-Match ${given}`),
          headers: { 'if-match': given },
        })),
        expects(412, 'if_match.not_one_version'),
      );
  });

  it('writes nothing for any of these requests', async () => {
    expect(await written()).toEqual(writtenBefore);
  });

  it('covers every operation', () => {
    const total = [...prober.probed.values()].reduce((sum, count) => sum + count, 0);
    expect([...prober.probed.keys()].sort()).toEqual(prober.operations.map(({ name }) => name).sort());
    for (const operation of prober.operations)
      expect([operation.name, (prober.probed.get(operation.name) ?? 0) >= (operation.isPublic ? 1 : 18)]).toEqual([operation.name, true]);
    expect(total).toBeGreaterThan(4_000);
  });
});
