import { randomUUID } from 'node:crypto';
import { grantRevoked, tokenRevoked } from '@ciep/contracts';
import { SystemClock } from '@ciep/kernel';
import { createLog, Database, LocalBus, serve, type RunningService } from '@ciep/platform';
import { Api, eventually, startService, TokenIssuer, type TestService } from '@ciep/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sample, scopes } from './sample.js';

const CIEP_REVOCATIONS_EVERY_MS = '200';

let service: TestService;
const replicas: RunningService[] = [];

beforeAll(async () => {
  service = await startService(sample, { settings: { CIEP_REVOCATIONS_EVERY_MS } });
});
afterAll(async () => {
  for (const replica of replicas) await replica.close();
});

const auditor = { roles: ['auditor'], scopes } as const;
const soon = (seconds: number) => new Date(Date.now() + seconds * 1_000).toISOString();
const answerOf = async (api: Api) => {
  const { status, body } = await api.get('/v1/sample/notes');
  return [status, body.code];
};
const accepted = [200, undefined];
const refused = [401, 'token.revoked'];

/** Another instance on the same database, which consumes no events itself. */
async function replica() {
  const issuer = await TokenIssuer.create('http://localhost:3000/oidc');
  const { url } = service.find(Database).dataSource.options as { url: string };
  const environment = { CIEP_PROFILE: 'development', CIEP_DATA_DIR: '/nonexistent', PORT: '0', CIEP_REVOCATIONS_EVERY_MS };
  const host = { environment, log: createLog('silent'), clock: new SystemClock(), bus: new LocalBus() };
  const running = await serve(sample, { ...host, databaseUrl: url, keys: issuer.keys });
  replicas.push(running);
  return { with: (grantId: string) => new Api(running.url, undefined, () => issuer.token({ ...auditor, grantId })) };
}

describe('a token', () => {
  it('is refused as soon as its grant is revoked, although it was accepted before', async () => {
    const gid = randomUUID();
    const token = await service.token({ ...auditor, grantId: gid });
    const api = service.with(token);
    expect(await answerOf(api)).toEqual(accepted);
    await service.receive(grantRevoked, { gid, expiresAt: soon(600) }, { times: 2 });
    const { status, body, headers } = await api.get('/v1/sample/notes', { headers: { 'accept-language': 'zh' } });
    expect([status, body.code, body.detail]).toEqual([401, 'token.revoked', '访问令牌已被撤销。']);
    expect(headers['www-authenticate']).toBe('Bearer error="invalid_token", error_description="token.revoked"');
    expect(await answerOf(service.as({ ...auditor, grantId: gid }))).toEqual(refused);
  });

  it('can be revoked alone, while its grant continues', async () => {
    const [grantId, jti] = [randomUUID(), randomUUID()];
    await service.receive(tokenRevoked, { jti, expiresAt: soon(600) });
    expect(await answerOf(service.as({ ...auditor, grantId, tokenId: jti }))).toEqual(refused);
    expect(await answerOf(service.as({ ...auditor, grantId, tokenId: randomUUID() }))).toEqual(accepted);
  });

  it('stays valid if it has another grant or none', async () => {
    await service.receive(grantRevoked, { gid: randomUUID(), expiresAt: soon(600) });
    expect(await answerOf(service.as({ ...auditor, grantId: randomUUID(), tokenId: randomUUID() }))).toEqual(accepted);
    expect(await answerOf(service.as(auditor))).toEqual(accepted);
  });

  it('is not checked on public routes', async () => {
    const gid = randomUUID();
    await service.receive(grantRevoked, { gid, expiresAt: soon(600) });
    const { id } = (await service.as({ ...auditor, organisationId: randomUUID() }).post('/v1/sample/notes', { title: 'x' })).body;
    expect((await service.as({ ...auditor, grantId: gid }).get(`/v1/sample/notes/public/${id}`)).status).toBe(200);
  });
});

describe('a revocation', () => {
  it('is forgotten when no token can carry its mark any more, and its row is deleted with the next one', async () => {
    const [brief, late, next] = [randomUUID(), randomUUID(), randomUUID()];
    await service.receive(grantRevoked, { gid: brief, expiresAt: soon(1.5) });
    await service.receive(grantRevoked, { gid: late, expiresAt: soon(-1) });
    expect(await answerOf(service.as({ ...auditor, grantId: brief }))).toEqual(refused);
    expect(await answerOf(service.as({ ...auditor, grantId: late }))).toEqual(accepted);
    await eventually(async () => expect(await answerOf(service.as({ ...auditor, grantId: brief }))).toEqual(accepted));
    await service.receive(grantRevoked, { gid: next, expiresAt: soon(600) });
    const kept = await service.query('SELECT mark FROM revoked_tokens WHERE mark = ANY($1)', [[brief, late, next]]);
    expect(kept).toEqual([{ mark: next }]);
  });

  it('is known to another instance from its start', async () => {
    const gid = randomUUID();
    await service.receive(grantRevoked, { gid, expiresAt: soon(600) });
    const other = await replica();
    expect(await answerOf(other.with(gid))).toEqual(refused);
    expect(await answerOf(other.with(randomUUID()))).toEqual(accepted);
  });

  it('reaches a running instance within seconds, also when its transaction ends late', async () => {
    const [late, early] = [randomUUID(), randomUUID()];
    const other = await replica();
    const stored = 'INSERT INTO revoked_tokens (mark, until) VALUES ($1, $2)';
    await service.query('BEGIN');
    await service.query(stored, [late, soon(600)]);
    // Commits after a later one that the other instance has already seen.
    await service.find(Database).query(stored, [early, soon(600)]);
    await eventually(async () => expect(await answerOf(other.with(early))).toEqual(refused), 8_000);
    expect(await answerOf(other.with(late))).toEqual(accepted);
    await service.query('COMMIT');
    await eventually(async () => expect(await answerOf(other.with(late))).toEqual(refused), 8_000);
  });
});
