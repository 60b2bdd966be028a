import { randomUUID } from 'node:crypto';
import { grantRevoked } from '@ciep/contracts';
import type { TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { demoExhibitor, demoSecretOf } from '../src/identity.module.js';
import { FetchBrowser } from './fetch-browser.factory.js';
import { aPerson, firstPassword, logInAs, type TestPerson } from './person.factory.js';
import { RelyingParty, startProvider } from './relying-party.factory.js';

let service: TestService;
let console_: RelyingParty;
let spa: RelyingParty;

beforeAll(async () => {
  service = await startProvider();
  [console_, spa] = await Promise.all([RelyingParty.of(service, 'console'), RelyingParty.of(service, 'demo-spa')]);
});

interface Session {
  readonly id: string;
  readonly isCurrent: boolean;
  readonly agent: string | null;
  readonly accesses: readonly { readonly clientId: string }[];
}

const path = '/v1/identity/me/sessions';
const sessionsOf = async (token: string): Promise<Session[]> =>
  ((await service.with(token).get(path)).body as unknown as { items: Session[] }).items;
const end = (token: string, which = '') => service.with(token).delete(path + which);
const isAlive = async ({ access, refresh }: { access: string; refresh: string }): Promise<[number, number]> => [
  await console_.statusOf(access),
  (await console_.refresh(refresh)).status,
];
const asksToLogIn = async (browser: FetchBrowser): Promise<boolean> =>
  (await console_.begin({}, browser)).page.text.includes('name="password"');
const phone = (): FetchBrowser =>
  new FetchBrowser('en', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Safari/604.1');

describe('the sessions of a person', () => {
  it('show since when, with what, and who acts for which organisation, of nobody else', async () => {
    const [person, other] = [await aPerson(service), await aPerson(service)];
    const [desk, mobile] = [await logInAs(console_, person), await logInAs(console_, person, phone())];
    await logInAs(console_, other);
    const flow = await spa.begin({ scope: 'openid identity:read' }, desk.browser);
    await spa.redeem(await desk.browser.submit(flow.page, '/consent'), flow);
    const items = await sessionsOf(desk.access);
    const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    const organisation = { id: demoExhibitor, name: expect.objectContaining({ en: expect.any(String) }) };
    const access = (clientId: string) => ({ clientId, clientName: expect.objectContaining({ zh: expect.any(String) }), organisation });
    const one = { id: expect.any(String), loggedInAt: instant, lastSeenAt: instant, address: expect.stringMatching(/^127\.|^::/) };
    expect(new Set(items)).toEqual(
      new Set([
        { ...one, agent: 'Firefox, Linux', isCurrent: true, accesses: [access('console'), access('demo-spa')] },
        { ...one, agent: 'Safari, iOS', isCurrent: false, accesses: [access('console')] },
      ]),
    );
    expect((await sessionsOf(mobile.access)).filter(({ isCurrent }) => isCurrent).map(({ agent }) => agent)).toEqual(['Safari, iOS']);
  });

  it('have ids that are no credentials: neither the cookie nor its hash is shown', async () => {
    const person = await aPerson(service);
    const { access } = await logInAs(console_, person);
    const { text } = await service.with(access).get(path);
    const rows = await service.query<{ uid: string; hash: string; grants: string }>(
      `SELECT uid, encode(id_hash, 'hex') AS hash, payload ->> 'authorizations' AS grants FROM oidc_payloads WHERE kind = 'Session' AND account_id = $1`,
      [person.id],
    );
    expect(rows).toHaveLength(1);
    for (const { uid, hash, grants } of rows)
      expect([
        text.includes(uid),
        text.includes(hash),
        text.includes(Object.values(JSON.parse(grants) as object)[0].grantId as string),
      ]).toEqual([false, false, false]);
  });

  it('one of them can be ended: its tokens, its refresh token and its browser are logged out, and no other', async () => {
    const person = await aPerson(service);
    const [desk, mobile] = [await logInAs(console_, person), await logInAs(console_, person, phone())];
    const id = (await sessionsOf(desk.access)).find(({ isCurrent }) => !isCurrent)?.id ?? '';
    const before = (await service.events(grantRevoked)).length;
    expect((await end(desk.access, `/${id}`)).status).toBe(204);
    expect((await service.events(grantRevoked)).slice(before).map(({ gid }) => gid)).toEqual([decodeJwt(mobile.access)['gid']]);
    expect([await isAlive(mobile), await asksToLogIn(mobile.browser)]).toEqual([[401, 400], true]);
    expect([await isAlive(desk), await asksToLogIn(desk.browser)]).toEqual([[200, 200], false]);
    expect((await end(desk.access, `/${id}`)).status).toBe(404);
    expect(await sessionsOf(desk.access)).toHaveLength(1);
  });

  it('the present one can be ended, too', async () => {
    const { access, refresh, browser } = await logInAs(console_, await aPerson(service));
    const [{ id = '' } = {}] = await sessionsOf(access);
    expect((await end(access, `/${id}`)).status).toBe(204);
    expect([await isAlive({ access, refresh }), await asksToLogIn(browser)]).toEqual([[401, 400], true]);
  });

  it('of another are not there', async () => {
    const [mine, theirs] = [await logInAs(console_, await aPerson(service)), await logInAs(console_, await aPerson(service))];
    const [{ id = '' } = {}] = await sessionsOf(theirs.access);
    for (const unknown of [id, randomUUID()]) {
      const { status, body } = await end(mine.access, `/${unknown}`);
      expect([status, body.code]).toEqual([404, 'session.not_found']);
    }
    expect((await end(mine.access, '/no-id')).status).toBe(400);
    expect(await isAlive(theirs)).toEqual([200, 200]);
  });

  it('can all be ended but the present one, or with it', async () => {
    const [person, other] = [await aPerson(service), await aPerson(service)];
    const [desk, mobile, theirs] = [await logInAs(console_, person), await logInAs(console_, person), await logInAs(console_, other)];
    expect((await end(desk.access)).status).toBe(204);
    expect([await isAlive(mobile), await asksToLogIn(mobile.browser)]).toEqual([[401, 400], true]);
    expect([await console_.statusOf(desk.access), await asksToLogIn(desk.browser)]).toEqual([200, false]);
    expect((await end(desk.access, '?includingCurrent=maybe')).status).toBe(400);
    expect((await end(desk.access, '?includingCurrent=true')).status).toBe(204);
    expect([await isAlive(desk), await asksToLogIn(desk.browser)]).toEqual([[401, 400], true]);
    expect(await isAlive(theirs)).toEqual([200, 200]);
    await expect(logInAs(console_, person)).resolves.toMatchObject({ access: expect.any(String) });
  });

  it('show a client with offline access after the browser has logged out, and end it, too', async () => {
    const person = await aPerson(service);
    const { browser, refresh } = await spa.logIn(
      person.mail,
      { scope: 'openid offline_access identity:read' },
      new FetchBrowser(),
      firstPassword,
    );
    await browser.submit(await browser.open(`${service.url}/oidc/session/end`), '/session/end/confirm', { logout: 'yes' });
    const { access } = await logInAs(console_, person);
    const items = await sessionsOf(access);
    expect(items.map(({ isCurrent, agent, accesses }) => [isCurrent, agent, accesses.map(({ clientId }) => clientId)])).toEqual(
      expect.arrayContaining([
        [false, null, ['demo-spa']],
        [true, 'Firefox, Linux', ['console']],
      ]),
    );
    expect((await end(access, `/${items.find(({ isCurrent }) => !isCurrent)?.id ?? ''}`)).status).toBe(204);
    expect([(await spa.refresh(refresh)).status, (await sessionsOf(access)).length]).toEqual([400, 1]);
  });

  it('are for persons', async () => {
    expect((await service.anonymous.get(path)).status).toBe(401);
    const answer = await fetch(`${service.url}/oidc/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`portal-210000:${demoSecretOf('portal-210000')}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'identity:write' }),
    });
    const { access_token: portal } = (await answer.json()) as { access_token: string };
    for (const { status, body } of [await service.with(portal).get(path), await end(portal), await end(portal, `/${randomUUID()}`)])
      expect([status, body.code]).toEqual([403, 'account.person_only']);
    const reading = await console_.logIn(
      (await aPerson(service)).mail,
      { scope: 'openid identity:read' },
      new FetchBrowser(),
      firstPassword,
    );
    expect((await end(reading.access)).body.code).toBe('scope.missing');
  });
});

describe('a request under way while its session is ended', () => {
  /** What a request that began before would store afterwards: all rows of the person as they were. */
  async function ended(): Promise<{ person: TestPerson; mobile: Awaited<ReturnType<typeof logInAs>> }> {
    const person = await aPerson(service);
    const [desk, mobile] = [await logInAs(console_, person), await logInAs(console_, person)];
    const rows = await service.query<{ all: string }>('SELECT p::text AS all FROM oidc_payloads p WHERE account_id = $1', [person.id]);
    expect((await end(desk.access)).status).toBe(204);
    for (const { all } of rows)
      await service.query(`INSERT INTO oidc_payloads SELECT (t).* FROM (SELECT ($1::text)::oidc_payloads AS t) x ON CONFLICT DO NOTHING`, [
        all,
      ]);
    return { person, mobile };
  }

  it('brings nothing back', async () => {
    const { mobile } = await ended();
    expect([await isAlive(mobile), await asksToLogIn(mobile.browser)]).toEqual([[401, 400], true]);
  });

  it('negative control: without the memory of ended sessions it would', async () => {
    const { mobile } = await ended();
    await service.query(`DELETE FROM oidc_payloads WHERE kind = 'EndedSession'`);
    expect(await asksToLogIn(mobile.browser)).toBe(false);
    expect((await console_.refresh(mobile.refresh)).status).toBe(200);
  });

  it('does not matter when two end it at once', async () => {
    const person = await aPerson(service);
    const [desk, mobile] = [await logInAs(console_, person), await logInAs(console_, person)];
    const id = (await sessionsOf(desk.access)).find(({ isCurrent }) => !isCurrent)?.id ?? '';
    const statuses = await Promise.all(Array.from({ length: 5 }, async () => (await end(desk.access, `/${id}`)).status));
    expect(statuses.filter(status => ![204, 404].includes(status))).toEqual([]);
    expect([statuses.includes(204), await isAlive(mobile), await isAlive(desk)]).toEqual([true, [401, 400], [200, 200]]);
  });
});
