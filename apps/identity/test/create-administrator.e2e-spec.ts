import { verificationRequested } from '@ciep/contracts';
import { Database } from '@ciep/platform';
import { startService, type TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { ClientRepository } from '../src/clients/client.repository.js';
import { OauthClient } from '../src/clients/client.entity.js';
import { identity } from '../src/identity.module.js';
import { FetchBrowser } from './fetch-browser.factory.js';
import { aCreditCode, password } from './identity.factory.js';
import { Operator } from './operator.factory.js';
import { RelyingParty } from './relying-party.factory.js';

const mail = 'first@ciep.test';
const keyEncryptionKey = 'a key for the tests only, long enough';
let service: TestService;
let operator: Operator;

/** The output of the command, or with `refusal` the reason why it does nothing. */
const createAdministrator = (...args: string[]) => operator.run('create-administrator', ...args);
const refusal = (...args: string[]) => operator.refusal('create-administrator', ...args);
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
  operator = new Operator(service, {
    CIEP_PROFILE: 'development',
    CIEP_ISSUER: `${service.url}/oidc`,
    IDENTITY_KEY_ENCRYPTION_KEY: keyEncryptionKey,
  });
});

describe('create-administrator', () => {
  it('prints its usage, and requires the credit code of the executor while it is unknown', async () => {
    expect(await refusal('--mail', 'nobody')).toEqual([expect.stringContaining('--mail <address>')]);
    const { code, complained } = await operator.start('create-administrator', '--mail', mail);
    expect({ code, complained }).toEqual({ code: 1, complained: expect.stringMatching(/\n[/]creditCode: .+\n$/) });
    expect(await openInvitations()).toEqual([]);
  });

  it('appoints the first administrator, whose link works once, and no second one', async () => {
    const code = ['--credit-code', aCreditCode()];
    const mistyped = await createAdministrator('--mail', 'mistyped@ciep.test', ...code);
    const early = await createAdministrator('--mail', mail, '--name', 'Lin Yi', ...code);
    const again = await operator.start('create-administrator', '--mail', mail);
    expect(again).toMatchObject({ code: 0, complained: '' });
    expect(await openInvitations()).toEqual([{ mail, links: 2 }]);
    expect((await service.events(verificationRequested)).map(({ purpose }) => purpose)).toEqual(Array(3).fill('registration'));

    const browser = new FetchBrowser();
    expect((await browser.open(linkIn(mistyped))).status).toBe(404);
    expect((await browser.open(linkIn(early))).status).toBe(410);
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

    expect(await refusal('--mail', 'second@ciep.test')).toEqual([expect.stringContaining('--force')]);
    expect(await createAdministrator('--mail', mail)).toContain('has an account');
    expect(await openInvitations()).toEqual([]);
    expect(linkIn(await createAdministrator('--mail', 'second@ciep.test', '--force'))).not.toBe('');
    expect(await openInvitations()).toEqual([{ mail: 'second@ciep.test', links: 1 }]);
  });

  it('writes an audit entry without addresses, links and passwords', async () => {
    const rows = await service.query<{ changes: string }>(
      `SELECT actor_kind, changes::text AS changes FROM audit_entries WHERE action = 'create-administrator' AND aggregate_type = 'registration'`,
    );
    expect(rows.length).toBeGreaterThanOrEqual(4);
    const kept = rows.map(({ changes }) => changes).join('\n');
    for (const secret of [mail, 'Lin Yi', password]) expect(kept).not.toContain(secret);
  });

  it('keeps the executor when an invitation is forgotten', async () => {
    service.clock.advance(33 * 24 * 3_600);
    await service.runJobs();
    expect(await openInvitations()).toEqual([]);
    expect(await service.query('SELECT status FROM organisations')).toEqual([{ status: 'active' }]);
  });
});
