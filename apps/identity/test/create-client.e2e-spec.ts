import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createLog, Database } from '@ciep/platform';
import { startService, type TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { hashOfSecret } from '../src/clients/client-secrets.service.js';
import { identity } from '../src/identity.module.js';
import { Organisation } from '../src/organisations/organisation.entity.js';
import { OrganisationRepository } from '../src/organisations/organisation.repository.js';
import { FetchBrowser } from './fetch-browser.factory.js';
import { aCreditCode, password } from './identity.factory.js';
import { Operator } from './operator.factory.js';
import { RelyingParty } from './relying-party.factory.js';

const mail = 'first@ciep.test';
const [executor, partner] = [aCreditCode(), aCreditCode()];
const keyEncryptionKey = randomBytes(32).toString('base64url');
const callback = 'http://127.0.0.1:7777/callback';
const logs: string[] = [];
let service: TestService;
let operator: Operator;

// Without seed data, as in production, and the commands run under production rules.
beforeAll(async () => {
  service = await startService(identity, {
    ownTokens: true,
    now: new Date().toISOString(),
    log: createLog('trace', { write: line => logs.push(line) }),
    settings: url => ({
      CIEP_ISSUER: `${url}/oidc`,
      IDENTITY_KEY_ENCRYPTION_KEY: keyEncryptionKey,
      IDENTITY_SERVICE_CLIENTS: 'mail-sender=gu7Kd0QzxPw93LmsRt',
    }),
  });
  operator = new Operator(service, {
    CIEP_PROFILE: 'production',
    CIEP_ISSUER: 'https://api.ciep.test/oidc',
    IDENTITY_KEY_ENCRYPTION_KEY: keyEncryptionKey,
    IDENTITY_SERVICE_CLIENTS: 'mail-sender=gu7Kd0QzxPw93LmsRt',
  });
});

/** The command with an id, names, and other options. */
const createClient = (id: string, ...more: string[]) => [
  'create-client',
  '--id',
  id,
  '--name-zh',
  '客户端',
  '--name-en',
  'Client',
  ...more,
];
const aConsole = ['--first-party', '--redirect-uri', callback];
const clients = async () =>
  (await service.query<{ id: string }>('SELECT client_id AS id FROM oauth_clients ORDER BY 1')).map(({ id }) => id);
const secretIn = (said: string): string => /^client_secret: (\S+)$/m.exec(said)?.[1] ?? '';
const tokenFor = (id: string, secret: string, scope: string) =>
  fetch(`${service.url}/oidc/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'client_credentials', scope }),
    headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
  });

async function anActiveOrganisation(creditCode: string): Promise<void> {
  const organisation = Organisation.establish(
    {
      name: { zh: '辽宁省科技厅', en: 'Liaoning department' },
      kind: 'science_technology_department',
      identity: { origin: 'mainland', creditCode, identifier: null, country: 'CN', regionCode: '210000' },
      contact: { name: '林一', phone: '+86 24 2345 6789', mail: 'office@liaoning.test', language: 'zh' },
      partnerRegion: '210000',
    },
    service.clock.now(),
  );
  await service.find(Database).transaction(tx => service.find(OrganisationRepository).in(tx).insert(organisation));
}

describe('create-client', () => {
  it('leads an empty installation to a logged-in administrator', async () => {
    const said = await operator.run('create-administrator', '--mail', mail, '--credit-code', executor);
    const link = /https:\S+(\/oidc\/registration\/\S+)/.exec(said)?.[1];
    const browser = new FetchBrowser();
    const page = await browser.open(`${service.url}${link}`);
    expect((await browser.submit(page, '/registration/', { password })).status).toBe(200);

    expect(await operator.run(...createClient('console', ...aConsole, '--post-logout-redirect-uri', 'https://console.test/'))).toBe(
      'client_id: console\n(public, without a secret: authorization code with PKCE)',
    );
    const party = await RelyingParty.of(service, 'console');
    const elsewhere = await party.begin({ redirect_uri: `${callback}/2` });
    expect([elsewhere.page.status, elsewhere.page.left]).toEqual([400, undefined]);
    const flow = await party.begin({ redirect_uri: callback });
    const shown = await flow.browser.submit(flow.page, '/login', { mail, password });
    const { access_token: token, refresh_token: refresh = '' } = await party.redeem(shown, flow);
    expect((await party.refresh(refresh)).status).toBe(200);
    const { body } = await service.with(token).get('/v1/identity/clients');
    expect(body.items).toEqual([
      expect.objectContaining({
        clientId: 'console',
        authMethod: 'none',
        firstParty: true,
        liveSecrets: 0,
        roles: [],
        organisationId: null,
      }),
    ]);
    expect((await service.with(token).get('/v1/identity/audit-entries', { query: { action: 'create-client' } })).body.items).toHaveLength(
      1,
    );
  });

  it('creates a third-party front end with a consent page', async () => {
    await operator.run(...createClient('expo-site', '--redirect-uri', callback, '--scope', 'identity:read', '--scope', 'exhibition:read'));
    const party = await RelyingParty.of(service, 'expo-site');
    const flow = await party.begin({ redirect_uri: callback });
    const asked = await flow.browser.submit(flow.page, '/login', { mail, password });
    expect(asked.text).toContain('/consent');
    const tokens = await party.redeem(await flow.browser.submit(asked, '/consent'), flow);
    expect([decodeJwt(tokens.access_token)['scope'], tokens.refresh_token]).toEqual(['identity:read', undefined]);
    const forItself = await party.token({ grant_type: 'client_credentials', scope: 'identity:read' });
    expect([forItself.status, await forItself.json()]).toEqual([
      400,
      expect.objectContaining({ error_description: 'requested grant type is not allowed for this client' }),
    ]);
  });

  it('creates a portal of a region, whose secret is shown once', async () => {
    await anActiveOrganisation(partner);
    const portal = [...createClient('portal-210000'), '--organisation', partner.toLowerCase(), '--role', 'province_partner'];
    const said = await operator.run(...portal, '--region', '210000', '--scope', 'identity:read', '--scope', 'exhibition:write');
    const secret = secretIn(said);
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
    const answer = await tokenFor('portal-210000', secret, 'identity:read exhibition:write exhibition:read');
    expect(answer.status).toBe(200);
    const { access_token: token } = (await answer.json()) as { access_token: string };
    expect(decodeJwt(token)).toMatchObject({
      kind: 'client',
      region: '210000',
      roles: ['province_partner'],
      scope: 'identity:read exhibition:write',
    });
    expect((await service.with(token).get('/v1/identity/me')).body).toMatchObject({ id: 'portal-210000', regionCode: '210000' });
    expect((await tokenFor('portal-210000', `${secret}x`, 'identity:read')).status).toBe(401);
  });

  it('allows global roles only for systems of the executor, and stores only the hash of a secret', async () => {
    const office = [...createClient('back-office'), '--role', 'auditor', '--scope', 'identity:read'];
    expect(await operator.refusal(...office, '--organisation', partner)).toEqual([
      expect.stringMatching(/^--role auditor: .*runs the platform/),
    ]);
    const secret = secretIn(await operator.run(...office, '--organisation', executor));
    const answer = await tokenFor('back-office', secret, 'identity:read');
    const { access_token: token } = (await answer.json()) as { access_token: string };
    const { body } = await service.with(token).get('/v1/identity/audit-entries', { query: { action: 'create-client' } });
    expect(body.items.map(({ changes }: { changes: { client_id: { after: string } } }) => changes.client_id.after)).toEqual([
      'back-office',
      'portal-210000',
      'expo-site',
      'console',
    ]);

    const tables = await service.query<{ name: string }>(
      `SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public'`,
    );
    const kept: string[] = [];
    for (const { name } of tables)
      kept.push(...(await service.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`)).map(({ row }) => row));
    expect(kept.join('\n')).toContain(hashOfSecret(secret).toString('hex'));
    for (const place of [kept, logs, operator.logged]) {
      expect(place.length).toBeGreaterThan(0);
      expect(place.join('\n')).not.toContain(secret);
    }
  });

  it('reports each fault on its own line, and writes nothing', async () => {
    const before = await clients();
    const refused = (...args: string[]) => operator.refusal('create-client', ...args);
    expect(await refused('--id', 'Shop', '--name-en', 'Shop', '--redirect-uri', 'http://shop.test/#x', '--redirect-uri', 'shop')).toEqual([
      '--id Shop: An id has 2 to 100 small letters, digits and hyphens, and begins with a letter or digit.',
      '--name-zh: A name in this language is needed, of at most 200 characters.',
      "--scope: At least one is needed; only the platform's own front ends get all when none is named.",
      '--redirect-uri http://shop.test/#x: It must be https; http is for loopback addresses only (localhost, 127.0.0.1, [::1]).',
      '--redirect-uri http://shop.test/#x: It must not have a fragment (#).',
      '--redirect-uri shop: This must be an absolute address, https://…, of at most 2,000 characters.',
    ]);
    const system = ['--scope', 'internal:read', '--role', 'service', '--role', 'province_partner', '--organisation', aCreditCode()];
    expect(await operator.refusal(...createClient('mail-sender', ...system))).toEqual([
      "--id mail-sender: This id is kept for one of the platform's own services.",
      "--scope internal:read: This scope is for the platform's own services.",
      "--role service: This role is for the platform's own services.",
      '--role province_partner: This role is bound to a region, which must be named.',
      expect.stringMatching(/^--organisation \w{18}: No active organisation has this id or credit code\.$/),
    ]);
    const portal = ['--organisation', partner, '--role', 'province_partner', '--scope', 'exhibition:read'];
    expect(await operator.refusal(...createClient('other', ...portal, '--region', '220000'))).toEqual([
      '--region 220000: The organisation is the partner unit of another region.',
    ]);
    expect(await operator.refusal(...createClient('other', ...portal, '--region', '210000', '--region', '220000'))).toEqual([
      '--region: It may be named only once.',
    ]);
    expect(await operator.refusal(...createClient('both', ...aConsole, '--role', 'auditor'))).toEqual([
      '--role auditor: A front end acts for the people who log in, never for itself: this is for systems.',
    ]);
    expect(await operator.refusal(...createClient('neither', '--scope', 'exhibition:read'))).toEqual([
      expect.stringMatching(/^A front end for people needs a redirect address[^]*--organisation <id or credit code>/),
    ]);
    expect(await refused('--colour', 'red')).toEqual([
      expect.stringContaining('--colour'),
      expect.stringContaining('--redirect-uri <address>'),
    ]);
    expect(await clients()).toEqual(before);
  });

  it('refuses an id that is taken, also in concurrent runs', async () => {
    expect(await operator.refusal(...createClient('console', ...aConsole))).toEqual(['There is a client console already.']);
    const both = await Promise.allSettled([
      operator.run(...createClient('twice', ...aConsole)),
      operator.run(...createClient('twice', ...aConsole)),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { problems: ['There is a client twice already.'] } });
    expect((await clients()).filter(id => id === 'twice')).toHaveLength(1);
  });
});

describe('the runbook', () => {
  const section = (): string => {
    const text = readFileSync(join(import.meta.dirname, '../../../docs/runbook.md'), 'utf8');
    return /<a id="clients">[^]*?(?=\n### )/.exec(text)?.[0] ?? '';
  };
  const inShell = async (commands: string, environment: Record<string, string> = {}) =>
    (await promisify(execFile)('bash', ['-c', `set -euo pipefail\n${commands}`], { env: { PATH: process.env['PATH'], ...environment } }))
      .stdout;

  it('shows commands that do what it says, and a way to log in without a front end', async () => {
    await service.query(`UPDATE oauth_clients SET client_id = 'former-' || client_id WHERE client_id IN ('console', 'reference')`);
    const shown = section()
      .replaceAll('\\\n', '')
      .matchAll(/^node \S+main[.]js (create-client .*)$/gm);
    const commands = [...shown].map(([, command = '']) =>
      command.replace('<credit code of the partner unit>', partner).replace('<credit code of the executor>', executor),
    );
    expect(commands).toHaveLength(5);
    for (const command of commands) {
      const words = (await inShell(`printf '%s\\n' ${command.replace(/--id (portal|back)-/, '--id shown-$1-')}`)).trimEnd().split('\n');
      await operator.run(...words);
    }
    const [begin = '', end = '', disable = ''] = [...section().matchAll(/^```sh\n([^]*?)^```/gm)].map(([, block = '']) => block);
    const CIEP_ISSUER = `${service.url}/oidc`;
    const [address = '', VERIFIER = '', CALLBACK = ''] = (
      await inShell(`${begin}\necho "$VERIFIER"\necho "$CALLBACK"`, { CIEP_ISSUER })
    ).split('\n');
    const browser = new FetchBrowser();
    const { left } = await browser.submit(await browser.open(address), '/login', { mail, password });
    const known = { CIEP_ISSUER, VERIFIER, CALLBACK, CODE: left?.searchParams.get('code') ?? '' };
    const [listed = '', ended = ''] = (await inShell(`${end}\necho\n${disable}`, known)).split('\n');
    expect((JSON.parse(listed) as { items: { clientId: string }[] }).items.map(({ clientId }) => clientId)).toContain('terminal');
    expect(JSON.parse(ended)).toMatchObject({ clientId: 'terminal', status: 'disabled' });
  });
});

describe('its process', () => {
  it('prints faults to standard error without a stack, and exits with 1', async () => {
    const development = new Operator(service, { CIEP_PROFILE: 'development', IDENTITY_KEY_ENCRYPTION_KEY: keyEncryptionKey });
    const { code, said, complained } = await development.start(...createClient('shop', '--redirect-uri', '/', '--scope', 'identity:read'));
    expect({ code, complained }).toEqual({
      code: 1,
      complained: '--redirect-uri /: This must be an absolute address, https://…, of at most 2,000 characters.\n',
    });
    expect(said).not.toContain('"level":"fatal"');
    expect(await clients()).not.toContain('shop');
  });
});
