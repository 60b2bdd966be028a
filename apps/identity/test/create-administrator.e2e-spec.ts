import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { verificationRequested } from '@ciep/contracts';
import { Database } from '@ciep/platform';
import { startService, type TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { ClientRepository } from '../src/clients/client.repository.js';
import { OauthClient } from '../src/clients/client.entity.js';
import { identity } from '../src/identity.module.js';
import { FetchBrowser } from './fetch-browser.factory.js';
import { aCreditCode, password } from './identity.factory.js';
import { RelyingParty } from './relying-party.factory.js';

const root = join(import.meta.dirname, '../../..');
const mail = 'first@ciep.test';
const keyEncryptionKey = 'a key for the tests only, long enough';
let service: TestService;

/** What the command says and how it ends, as a process of its own beside the service. */
function createAdministrator(...args: string[]): Promise<{ code: number; said: string; complained: string }> {
  const { url = '' } = service.find(Database).dataSource.options as { url?: string };
  const program = ['--conditions=@ciep/source', '--import', './tools/ts.mjs', 'apps/identity/src/main.ts', 'create-administrator'];
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    CIEP_PROFILE: 'development',
    CIEP_ISSUER: `${service.url}/oidc`,
    IDENTITY_DATABASE_URL: url,
    IDENTITY_KEY_ENCRYPTION_KEY: keyEncryptionKey,
  };
  for (const name of ['NODE_ENV', 'NODE_OPTIONS', 'KAFKA_BROKERS']) delete env[name];
  return new Promise(resolve =>
    execFile(process.execPath, [...program, ...args], { cwd: root, env }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, said: stdout, complained: stderr }),
    ),
  );
}

const linkIn = (said: string): string => /http:\S+\/oidc\/registration\/\S+/.exec(said)?.[0] ?? '';
const openInvitations = () => service.query<{ mail: string; links: number }>(`SELECT mail, links FROM registrations WHERE status = 'open'`);

beforeAll(async () => {
  service = await startService(identity, {
    ownTokens: true,
    now: new Date().toISOString(),
    settings: url => ({ CIEP_ISSUER: `${url}/oidc`, IDENTITY_KEY_ENCRYPTION_KEY: keyEncryptionKey }),
  });
  const console = OauthClient.of({
    clientId: 'console',
    name: { zh: '大会控制台', en: 'CIEP console' },
    authMethod: 'none',
    firstParty: true,
    grantTypes: ['authorization_code', 'refresh_token'],
    apiScopes: ['identity:read', 'identity:write'],
    redirectUris: ['http://localhost:3000/console/callback'],
  });
  await service.find(Database).transaction(tx => service.find(ClientRepository).in(tx).insert(console));
});

describe('create-administrator', () => {
  it('says what it wants, and makes nothing without the credit code of an executor that nobody knows', async () => {
    expect(await createAdministrator('--mail', 'nobody')).toMatchObject({ code: 1, said: expect.stringContaining('--mail <address>') });
    expect(await createAdministrator('--mail', mail)).toMatchObject({ code: 1, said: expect.stringContaining('/creditCode') });
    expect(await openInvitations()).toEqual([]);
  });

  it('leads to the first administrator, whose link works once, and to no second one', async () => {
    const code = ['--credit-code', aCreditCode()];
    const mistyped = await createAdministrator('--mail', 'mistyped@ciep.test', ...code);
    const early = await createAdministrator('--mail', mail, '--name', 'Lin Yi', ...code);
    const again = await createAdministrator('--mail', mail);
    expect([mistyped, early, again].map(each => each.code)).toEqual([0, 0, 0]);
    expect(await openInvitations()).toEqual([{ mail, links: 2 }]);
    expect((await service.facts(verificationRequested)).map(({ purpose }) => purpose)).toEqual(Array(3).fill('registration'));

    const browser = new FetchBrowser();
    expect((await browser.open(linkIn(mistyped.said))).status).toBe(404);
    expect((await browser.open(linkIn(early.said))).status).toBe(410);
    const page = await browser.open(linkIn(again.said));
    expect(page.status).toBe(200);
    expect((await browser.submit(page, '/registration/', { password: 'short' })).status).toBe(422);
    expect((await browser.submit(page, '/registration/')).status).toBe(422);
    expect((await browser.submit(page, '/registration/', { password })).status).toBe(200);
    expect((await browser.submit(page, '/registration/', { password })).status).toBe(410);

    const party = await RelyingParty.of(service, 'console');
    const flow = await party.begin();
    const tokens = await party.redeem(await party.pass(flow.browser, flow.page, mail, password), flow);
    expect((await service.with(tokens.access_token).get('/v1/identity/clients')).status).toBe(200);

    const second = await createAdministrator('--mail', 'second@ciep.test');
    expect(second).toMatchObject({ code: 1, said: expect.stringContaining('--force') });
    expect(await createAdministrator('--mail', mail)).toMatchObject({ code: 0, said: expect.stringContaining('has an account') });
    expect(await openInvitations()).toEqual([]);
    expect(await createAdministrator('--mail', 'second@ciep.test', '--force')).toMatchObject({ code: 0 });
    expect(await openInvitations()).toEqual([{ mail: 'second@ciep.test', links: 1 }]);
  }, 90_000);

  it('is in the audit trail, without addresses, links and passwords', async () => {
    const rows = await service.query<{ changes: string }>(
      `SELECT actor_kind, changes::text AS changes FROM audit_entries WHERE action = 'create-administrator' AND aggregate_type = 'registration'`,
    );
    expect(rows.length).toBeGreaterThanOrEqual(4);
    const kept = rows.map(({ changes }) => changes).join('\n');
    for (const secret of [mail, 'Lin Yi', password]) expect(kept).not.toContain(secret);
  });

  it('leaves the executor where it is when an invitation is forgotten', async () => {
    service.clock.advance(33 * 24 * 3_600);
    await service.runJobs();
    expect(await openInvitations()).toEqual([]);
    expect(await service.query('SELECT status FROM organisations')).toEqual([{ status: 'active' }]);
  });
});
