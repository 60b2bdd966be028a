import { randomUUID } from 'node:crypto';
import type { TestService } from '@ciep/testing';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { demoSecretOf } from '../src/identity.module.js';
import { FetchBrowser, type Shown } from './fetch-browser.factory.js';
import { aPerson, firstPassword, type TestPerson } from './person.factory.js';
import { loginOf, RelyingParty, startProvider } from './relying-party.factory.js';
import { aPersonOfTwo, exhibitor, join, leave, organizer, undertaker } from './several-organisations.factory.js';

let service: TestService;
let spa: RelyingParty;
let console_: RelyingParty;
let person: TestPerson;

beforeAll(async () => {
  service = await startProvider();
  spa = await RelyingParty.of(service, 'demo-spa');
  console_ = await RelyingParty.of(service, 'console');
});
beforeEach(async () => {
  person = await aPersonOfTwo(service);
});

const again = { prompt: 'select_organisation' };
const forExhibitor = { organisation: exhibitor, roles: ['organisation_admin'] };
const forUndertaker = { organisation: undertaker, roles: ['zone_undertaker'] };

type Flow = Awaited<ReturnType<RelyingParty['begin']>>;

/** For whom a token acts, and as what. */
const actsFor = (token: string) => {
  const { organisation, roles } = decodeJwt(token);
  return { organisation, roles };
};
const errorIn = (shown: Shown) => shown.left?.searchParams.get('error');
const isQuestion = ({ left, text }: Shown) => !left && text.includes('/organisation"');

/** Logs in; the page that comes next. */
const enter = (flow: Flow, mail = person.mail) => flow.browser.submit(flow.page, '/login', { mail, password: firstPassword });
/** Chooses an organisation, and consents if asked. */
const choose = async ({ browser }: Flow, page: Shown, organisation: string) => {
  const next = await browser.submit(page, '/organisation', { organisation });
  return !next.left && next.text.includes('/consent') ? browser.submit(next, '/consent') : next;
};
const redeem = async (shown: Shown, flow: Flow, party = console_) => {
  const { access_token: access, refresh_token: refresh = '' } = await party.redeem(shown, flow);
  return { access, refresh, browser: flow.browser };
};
/** The whole login for an organisation. */
const logInFor = async (organisation: string, party = console_, parameters: Record<string, string> = {}) => {
  const flow = await party.begin(parameters, new FetchBrowser('en'));
  return redeem(await choose(flow, await enter(flow), organisation), flow, party);
};
/** Another authorization in the same browser that needs no page. */
const silently = async (browser: FetchBrowser, parameters: Record<string, string> = {}, party = console_) => {
  const flow = await party.begin(parameters, browser);
  return redeem(flow.page, flow, party);
};
const switchTo = async (browser: FetchBrowser, organisation: string, party = console_) => {
  const flow = await party.begin(again, browser);
  return redeem(await choose(flow, flow.page, organisation), flow, party);
};
const renewed = async (refresh: string, party = console_) => {
  const answer = await party.refresh(refresh);
  const body = (await answer.json()) as { access_token: string; refresh_token: string };
  expect([answer.status, body]).toEqual([200, expect.objectContaining({ access_token: expect.any(String) })]);
  return { access: body.access_token, refresh: body.refresh_token };
};
/** Pretends that codes and tokens were used 11 seconds ago. */
const age = () => service.query(`UPDATE oidc_payloads SET consumed_at = consumed_at - interval '11 seconds' WHERE consumed_at IS NOT NULL`);

describe('the sessions of a person with several organisations', () => {
  const sessions = '/v1/identity/me/sessions';

  it('show every organisation that clients act for, and end with the tokens for each of them', async () => {
    const party = await RelyingParty.of(service, 'demo-spa');
    const scope = { scope: 'openid identity:read identity:write' };
    const flow = await party.begin(scope, new FetchBrowser('en'));
    const one = await redeem(await choose(flow, await enter(flow), exhibitor), flow, party);
    const next = await party.begin({ ...scope, ...again }, one.browser);
    const two = await redeem(await choose(next, next.page, undertaker), next, party);
    for (const { access } of [one, two]) {
      const { items } = (await service.with(access).get(sessions)).body as {
        items: { id: string; isCurrent: boolean; accesses: { organisation: { id: string } }[] }[];
      };
      const current = items.filter(({ isCurrent }) => isCurrent);
      expect(current).toHaveLength(1);
      expect(current[0]?.accesses.map(({ organisation }) => organisation.id).toSorted()).toEqual([exhibitor, undertaker].toSorted());
    }
    const elsewhere = await logInFor(exhibitor);
    expect((await service.with(elsewhere.access).delete(sessions)).status).toBe(204);
    expect([await party.statusOf(one.access), await party.statusOf(two.access)]).toEqual([401, 401]);
    expect(await console_.statusOf(elsewhere.access)).toBe(200);
  });
});

describe('the login of a person with several organisations', () => {
  it('asks for which one, and the token acts for that one', async () => {
    const flow = await console_.begin({}, new FetchBrowser('en'));
    const page = await enter(flow);
    expect([page.status, isQuestion(page)]).toEqual([200, true]);
    for (const text of ['Choose an organisation', 'Liaohe Intelligent', 'Administrator', 'Zone undertaker (demo)', 'Person Example'])
      expect(page.text).toContain(text);
    expect(page.text).not.toContain('Executor of the conference');
    const { access } = await redeem(await choose(flow, page, undertaker), flow);
    expect(actsFor(access)).toEqual(forUndertaker);
    expect((await service.with(access).get('/v1/identity/me')).body).toMatchObject({ organisation: { id: undertaker } });
  });

  it('asks in Chinese', async () => {
    const flow = await console_.begin();
    const { text } = await enter(flow);
    for (const said of ['选择单位', '辽河智能装备有限公司（示例）', '单位管理员', '展区承办单位']) expect(text).toContain(said);
  });

  it('remembers the choice for this client in this session, and asks in another one', async () => {
    const { browser } = await logInFor(undertaker);
    expect(actsFor((await silently(browser)).access)).toEqual(forUndertaker);
    expect(actsFor((await silently(browser, { prompt: 'none' })).access)).toEqual(forUndertaker);
    const other = await spa.begin({}, browser);
    expect(isQuestion(other.page)).toBe(true);
    expect(actsFor((await redeem(await choose(other, other.page, exhibitor), other, spa)).access)).toEqual(forExhibitor);
    expect(actsFor((await silently(browser)).access)).toEqual(forUndertaker);
    const elsewhere = await console_.begin();
    expect(isQuestion(await enter(elsewhere))).toBe(true);
  });

  it('does not ask unseen', async () => {
    const { browser } = await logInFor(exhibitor, spa);
    expect(errorIn((await console_.begin({ prompt: 'none' }, browser)).page)).toBe('interaction_required');
  });

  it('can be given up', async () => {
    const flow = await console_.begin();
    expect(errorIn(await flow.browser.submit(await enter(flow), '/abort'))).toBe('access_denied');
  });

  it('announces the prompt in discovery', async () => {
    const document = await (await fetch(`${service.url}/oidc/.well-known/openid-configuration`)).json();
    expect(document).toMatchObject({ prompt_values_supported: ['none', 'login', 'select_organisation', 'consent'] });
  });
});

describe('a person with one organisation or none', () => {
  it.each([{}, again])('is never asked: %j', async parameters => {
    const [one, nobody] = [await aPerson(service), await aPerson(service)];
    await leave(service, nobody, exhibitor);
    for (const [{ mail }, expected] of [
      [one, forExhibitor],
      [nobody, { organisation: undefined, roles: [] }],
    ] as const) {
      const flow = await console_.begin(parameters);
      const { access, browser, refresh } = await redeem(await enter(flow, mail), flow);
      expect(actsFor(access)).toEqual(expected);
      expect(actsFor((await silently(browser, parameters)).access)).toEqual(expected);
      expect(actsFor((await renewed(refresh)).access)).toEqual(expected);
      expect(await console_.statusOf(access)).toBe(200);
    }
  });

  it('acts for the first organisation from the next authorization on', async () => {
    await leave(service, person, exhibitor);
    await leave(service, person, undertaker);
    const flow = await console_.begin();
    const { browser, refresh } = await redeem(await enter(flow), flow);
    await join(service, person, undertaker, ['zone_undertaker']);
    expect(actsFor((await renewed(refresh)).access)).toEqual({ organisation: undefined, roles: [] });
    expect(actsFor((await silently(browser)).access)).toEqual(forUndertaker);
  });
});

describe('switching', () => {
  it('needs no password, and leaves each token what it was', async () => {
    const first = await logInFor(exhibitor);
    const second = await switchTo(first.browser, undertaker);
    expect(actsFor(second.access)).toEqual(forUndertaker);
    expect(decodeJwt(second.access)['gid']).not.toBe(decodeJwt(first.access)['gid']);
    expect(actsFor((await silently(first.browser)).access)).toEqual(forUndertaker);
    let [a, b] = [first.refresh, second.refresh];
    for (let round = 0; round < 3; round += 1) {
      const [forA, forB] = [await renewed(a), await renewed(b)];
      expect([actsFor(forA.access), actsFor(forB.access)]).toEqual([forExhibitor, forUndertaker]);
      [a, b] = [forA.refresh, forB.refresh];
    }
    expect([await console_.statusOf(first.access), await console_.statusOf(second.access)]).toEqual([200, 200]);
  });

  it('back and forth asks a third party for consent once for each organisation', async () => {
    const { browser } = await logInFor(exhibitor, spa);
    const flow = await spa.begin(again, browser);
    const consent = await browser.submit(flow.page, '/organisation', { organisation: undertaker });
    expect(consent.text).toContain('/consent');
    expect(consent.text).toContain('Your organisation: Zone undertaker (demo)');
    expect(actsFor((await redeem(await browser.submit(consent, '/consent'), flow, spa)).access)).toEqual(forUndertaker);
    for (const [organisation, expected] of [
      [exhibitor, forExhibitor],
      [undertaker, forUndertaker],
    ] as const) {
      const back = await spa.begin(again, browser);
      const left = await browser.submit(back.page, '/organisation', { organisation });
      expect(actsFor((await redeem(left, back, spa)).access)).toEqual(expected);
    }
  });

  it('goes straight to the organisation that the application names, in capitals, too', async () => {
    const { browser } = await logInFor(exhibitor);
    for (const parameters of [{ organisation: undertaker }, { organisation: exhibitor.toUpperCase(), prompt: 'none' }]) {
      const { access } = await silently(browser, parameters);
      expect(actsFor(access).organisation).toBe(parameters.organisation.toLowerCase());
    }
    const fresh = await console_.begin({ organisation: undertaker });
    expect(actsFor((await redeem(await enter(fresh), fresh)).access)).toEqual(forUndertaker);
  });

  it('asks a third party for consent for the named organisation', async () => {
    const flow = await spa.begin({ organisation: undertaker });
    const consent = await enter(flow);
    expect(consent.text).toContain('/consent');
    expect(actsFor((await redeem(await flow.browser.submit(consent, '/consent'), flow, spa)).access)).toEqual(forUndertaker);
  });

  it.each(['several organisations', 'one organisation', 'none'])(
    'shows the page for an organisation of others to a person with %s',
    async has => {
      if (has !== 'several organisations') await leave(service, person, undertaker);
      if (has === 'none') await leave(service, person, exhibitor);
      const flow = await console_.begin({ organisation: organizer }, new FetchBrowser('en'));
      const page = await enter(flow);
      expect([page.status, isQuestion(page)]).toEqual([200, true]);
      expect(page.text).toContain('asked for an organisation that you do not belong to');
      expect(page.text).not.toContain('Executor of the conference');
      const { access } = await redeem(await choose(flow, page, has === 'none' ? '' : exhibitor), flow);
      expect(actsFor(access)).toEqual(has === 'none' ? { organisation: undefined, roles: [] } : forExhibitor);
      const refused = await console_.begin({ organisation: randomUUID() }, flow.browser);
      expect(errorIn(await flow.browser.submit(refused.page, '/abort'))).toBe('access_denied');
      expect(errorIn((await console_.begin({ organisation: randomUUID(), prompt: 'none' }, flow.browser)).page)).toBe(
        'interaction_required',
      );
    },
  );

  it('asks for more consent for the organisation that the session acts for', async () => {
    const { browser } = await logInFor(exhibitor, spa);
    await switchTo(browser, undertaker, spa);
    const more = await spa.begin({ scope: 'openid identity:read billing:read' }, browser);
    expect(more.page.text).toContain('Your organisation: Zone undertaker (demo)');
    expect(actsFor((await redeem(await browser.submit(more.page, '/consent'), more, spa)).access)).toEqual(forUndertaker);
  });

  it.each(['1', "' OR 1=1", `${exhibitor} `])('refuses what is no id: %s', async organisation => {
    expect(errorIn((await console_.begin({ organisation })).page)).toBe('invalid_request');
  });

  it('starts with the login if nobody is logged in', async () => {
    const flow = await console_.begin(again);
    const { access, browser } = await redeem(await choose(flow, await enter(flow), undertaker), flow);
    expect(actsFor(access)).toEqual(forUndertaker);
    const both = await console_.begin({ prompt: 'login select_organisation' }, browser);
    expect(both.page.text).toContain('name="password"');
    expect(actsFor((await redeem(await choose(both, await enter(both), exhibitor), both)).access)).toEqual(forExhibitor);
  });
});

describe('a forged choice', () => {
  it('is refused, and the page asks again', async () => {
    const flow = await console_.begin({}, new FetchBrowser('en'));
    let page = await enter(flow);
    for (const organisation of [organizer, randomUUID(), '', 'nonsense', exhibitor.toUpperCase()]) {
      page = await flow.browser.submit(page, '/organisation', { organisation });
      expect([organisation, page.status, isQuestion(page)]).toEqual([organisation, 403, true]);
      expect(page.text).toContain('You do not belong to that organisation.');
    }
    expect(actsFor((await redeem(await choose(flow, page, exhibitor), flow)).access)).toEqual(forExhibitor);
  });

  it('is refused from another site, without proof, or on another page', async () => {
    const flow = await console_.begin();
    const { browser } = flow;
    const to = `${flow.page.url}/organisation`;
    const proof = /name="proof" value="([^"]+)"/.exec(flow.page.text)?.[1] ?? '';
    const send = (fields: Record<string, string>) =>
      browser.open(to, { method: 'POST', body: new URLSearchParams(fields), headers: { 'sec-fetch-site': 'same-origin' } });
    expect((await send({ organisation: exhibitor, proof })).status).toBe(403);
    const page = await enter(flow);
    expect((await browser.submit(page, '/organisation', { organisation: exhibitor, proof })).status).toBe(403);
    expect((await browser.submit(page, '/organisation', { organisation: exhibitor }, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect(actsFor((await redeem(await choose(flow, page, exhibitor), flow)).access)).toEqual(forExhibitor);
  });

  it('cannot be made by consent instead', async () => {
    const flow = await console_.begin();
    const page = await enter(flow);
    const skipped = await flow.browser.submit({ ...page, text: page.text.replace('/organisation"', '/consent"') }, '/consent');
    expect(isQuestion(skipped)).toBe(true);
  });
});

describe('two tabs', () => {
  // Without `SessionGrants` the provider ends the code and the tokens of the first tab when the second one chooses: 400 invalid_grant.
  it('that choose differently each get what they chose, in any order', async () => {
    const browser = new FetchBrowser();
    const flows = [await console_.begin({}, browser), await console_.begin({}, browser)] as const;
    const pages = [await enter(flows[0]), await enter(flows[1])] as const;
    const left = [await choose(flows[0], pages[0], exhibitor), await choose(flows[1], pages[1], undertaker)] as const;
    const second = await redeem(left[1], flows[1]);
    const first = await redeem(left[0], flows[0]);
    expect([actsFor(first.access), actsFor(second.access)]).toEqual([forExhibitor, forUndertaker]);
    const after = [await renewed(first.refresh), await renewed(second.refresh)].map(({ access }) => actsFor(access));
    expect(after).toEqual([forExhibitor, forUndertaker]);
    expect(actsFor((await silently(browser)).access)).toEqual(forUndertaker);
  });

  it('that consent differently each get what they chose', async () => {
    const browser = new FetchBrowser();
    const flows = [await spa.begin({}, browser), await spa.begin({}, browser)] as const;
    const [one, two] = [await enter(flows[0]), await enter(flows[1])] as const;
    const consents = [
      await browser.submit(one, '/organisation', { organisation: exhibitor }),
      await browser.submit(two, '/organisation', { organisation: undertaker }),
    ] as const;
    const second = await redeem(await browser.submit(consents[1], '/consent'), flows[1], spa);
    const first = await redeem(await browser.submit(consents[0], '/consent'), flows[0], spa);
    expect([actsFor(first.access), actsFor(second.access)]).toEqual([forExhibitor, forUndertaker]);
  });

  it('that renew their logins at once each keep their organisation', async () => {
    const { browser } = await logInFor(exhibitor);
    for (let round = 0; round < 5; round += 1) {
      const wanted = [exhibitor, undertaker, exhibitor, undertaker];
      const got = await Promise.all(wanted.map(organisation => silently(browser, { organisation, prompt: 'none' })));
      expect(got.map(({ access }) => actsFor(access).organisation)).toEqual(wanted);
      const after = await Promise.all(got.map(({ refresh }) => renewed(refresh)));
      expect(after.map(({ access }) => actsFor(access).organisation)).toEqual(wanted);
    }
  });

  // The provider gives the session a new id after each page, so of two that are answered at once the second may have to start again.
  it('that choose at once each get what they chose or start again, and one logout ends both', async () => {
    for (let round = 0; round < 5; round += 1) {
      const browser = new FetchBrowser('en');
      const flows = [await console_.begin({}, browser), await console_.begin({}, browser)] as const;
      const pages = [await enter(flows[0]), await enter(flows[1])] as const;
      const chosen = [exhibitor, undertaker] as const;
      const shown = await Promise.all(chosen.map((organisation, at) => choose(flows[at] as Flow, pages[at] as Shown, organisation)));
      const got: { access: string; refresh: string }[] = [];
      for (const [at, each] of shown.entries()) {
        if (!each.left) {
          expect([each.status, each.text]).toEqual([400, expect.stringContaining('This page has expired')]);
          continue;
        }
        const tokens = await redeem(each, flows[at] as Flow);
        expect(actsFor(tokens.access).organisation).toBe(chosen[at]);
        expect(actsFor((await renewed(tokens.refresh)).access).organisation).toBe(chosen[at]);
        got.push(tokens);
      }
      expect(got.length).toBeGreaterThan(0);
      if (got.length < 2 || !(await console_.begin({}, browser)).page.left) continue;
      await browser.submit(await browser.open(`${service.url}/oidc/session/end`), '/session/end/confirm', { logout: 'yes' });
      for (const { access } of got) expect(await console_.statusOf(access)).toBe(401);
    }
  });

  it('whose codes arrive ten times at once, after the switch, get one token for each', async () => {
    const browser = new FetchBrowser();
    const flows = [await console_.begin({}, browser), await console_.begin({}, browser)] as const;
    const pages = [await enter(flows[0]), await enter(flows[1])] as const;
    const left = [await choose(flows[0], pages[0], exhibitor), await choose(flows[1], pages[1], undertaker)] as const;
    const answers = await Promise.all(
      Array.from({ length: 20 }, async (_, at) => {
        const tab = at % 2;
        const answer = await console_.token({
          grant_type: 'authorization_code',
          code: left[tab]?.left?.searchParams.get('code') ?? '',
          code_verifier: flows[tab]?.verifier ?? '',
          redirect_uri: 'http://localhost:3000/console/callback',
        });
        return answer.status === 200 ? actsFor(((await answer.json()) as { access_token: string }).access_token).organisation : undefined;
      }),
    );
    expect(answers.filter(each => each !== undefined).toSorted()).toEqual([exhibitor, undertaker].toSorted());
  });

  it('end only their own login if one of them uses a refresh token twice', async () => {
    const first = await logInFor(exhibitor);
    const second = await switchTo(first.browser, undertaker);
    const fresh = await renewed(first.refresh);
    await age();
    expect((await console_.refresh(first.refresh)).status).toBe(400);
    expect([await console_.statusOf(fresh.access), await console_.statusOf(second.access)]).toEqual([401, 200]);
    expect(actsFor((await renewed(second.refresh)).access)).toEqual(forUndertaker);
  });

  it('end only their own login if one of them uses a code twice', async () => {
    const browser = new FetchBrowser();
    const flow = await console_.begin({}, browser);
    const left = await choose(flow, await enter(flow), exhibitor);
    const first = await redeem(left, flow);
    const second = await switchTo(browser, undertaker);
    await age();
    const replay = await console_.token({
      grant_type: 'authorization_code',
      code: left.left?.searchParams.get('code') ?? '',
      code_verifier: flow.verifier,
      redirect_uri: 'http://localhost:3000/console/callback',
    });
    expect(replay.status).toBe(400);
    expect([await console_.statusOf(first.access), await console_.statusOf(second.access)]).toEqual([401, 200]);
    expect((await console_.refresh(first.refresh)).status).toBe(400);
    expect(actsFor((await renewed(second.refresh)).access)).toEqual(forUndertaker);
    expect(actsFor((await silently(browser, { organisation: exhibitor })).access)).toEqual(forExhibitor);
  });
});

describe('a logout', () => {
  const logOut = async (browser: FetchBrowser, fields: Record<string, string>, query = '') =>
    browser.submit(await browser.open(`${service.url}/oidc/session/end${query}`), '/session/end/confirm', fields);

  it('ends the logins for all organisations of the session, and no other session', async () => {
    const elsewhere = await logInFor(exhibitor);
    const first = await logInFor(exhibitor);
    const second = await switchTo(first.browser, undertaker);
    await logOut(first.browser, { logout: 'yes' });
    for (const { access, refresh } of [first, second]) {
      expect(await console_.statusOf(access)).toBe(401);
      expect((await console_.refresh(refresh)).status).toBe(400);
    }
    expect(await console_.statusOf(elsewhere.access)).toBe(200);
    expect(actsFor((await renewed(elsewhere.refresh)).access)).toEqual(forExhibitor);
    expect((await console_.begin({}, first.browser)).page.text).toContain('name="password"');
  });

  it('that nobody asked for, the end of the session, ends them, too', async () => {
    const first = await logInFor(exhibitor);
    const second = await switchTo(first.browser, undertaker);
    await service.query(`DELETE FROM oidc_payloads WHERE kind = 'Session' AND account_id = $1`, [person.id]);
    expect([(await console_.refresh(first.refresh)).status, (await console_.refresh(second.refresh)).status]).toEqual([400, 400]);
  });

  it('from one client ends its logins for all organisations', async () => {
    const first = await logInFor(exhibitor);
    const second = await switchTo(first.browser, undertaker);
    const other = await spa.begin({ organisation: exhibitor }, first.browser);
    const third = await redeem(await first.browser.submit(other.page, '/consent'), other, spa);
    await logOut(first.browser, {}, '?client_id=console');
    expect(await Promise.all([first, second, third].map(({ access }) => console_.statusOf(access)))).toEqual([401, 401, 200]);
    expect(actsFor((await silently(first.browser, {}, spa)).access)).toEqual(forExhibitor);
  });

  it('leaves what is meant for the time without the person, for each organisation', async () => {
    const scope = 'openid offline_access identity:read';
    const first = await logInFor(exhibitor, spa, { scope });
    const flow = await spa.begin({ scope, ...again }, first.browser);
    const second = await redeem(await choose(flow, flow.page, undertaker), flow, spa);
    await logOut(first.browser, { logout: 'yes' });
    const after = [await renewed(first.refresh, spa), await renewed(second.refresh, spa)].map(({ access }) => actsFor(access));
    expect(after).toEqual([forExhibitor, forUndertaker]);
  });
});

describe('a login that began before sessions were noted with their grants', () => {
  const forget = () => service.query(`UPDATE oidc_payloads SET session_uid = NULL WHERE account_id = $1`, [person.id]);

  it('goes on, and can be switched', async () => {
    const first = await logInFor(exhibitor);
    await forget();
    const { refresh } = await renewed(first.refresh);
    expect(actsFor((await silently(first.browser)).access)).toEqual(forExhibitor);
    expect(actsFor((await renewed(refresh)).access)).toEqual(forExhibitor);
    expect(actsFor((await switchTo(first.browser, undertaker)).access)).toEqual(forUndertaker);
  });
});

describe('a membership that ends', () => {
  it('between choosing and the token leaves neither organisation nor roles, and the person is asked again', async () => {
    await join(service, person, organizer, ['auditor']);
    const flow = await console_.begin();
    const left = await choose(flow, await enter(flow), undertaker);
    await leave(service, person, undertaker);
    const { access, refresh, browser } = await redeem(left, flow);
    const nothing = { organisation: undefined, roles: [] };
    expect([actsFor(access), actsFor((await renewed(refresh)).access)]).toEqual([nothing, nothing]);
    const next = await console_.begin({}, browser);
    expect(isQuestion(next.page)).toBe(true);
    expect(next.page.text).not.toContain('展区承办单位');
    expect(actsFor((await redeem(await choose(next, next.page, exhibitor), next)).access)).toEqual(forExhibitor);
  });

  it('while the page is open cannot be chosen any more', async () => {
    const flow = await console_.begin({}, new FetchBrowser('en'));
    const page = await enter(flow);
    await leave(service, person, undertaker);
    const refused = await choose(flow, page, undertaker);
    expect([refused.status, isQuestion(refused)]).toEqual([403, true]);
    expect(actsFor((await redeem(await choose(flow, refused, exhibitor), flow)).access)).toEqual(forExhibitor);
  });

  it('or begins while the consent page is open makes the person choose', async () => {
    const one = await aPerson(service);
    const flow = await spa.begin();
    const consent = await enter(flow, one.mail);
    await join(service, one, undertaker, ['zone_undertaker']);
    const question = await flow.browser.submit(consent, '/consent');
    expect(isQuestion(question)).toBe(true);
    expect(actsFor((await redeem(await choose(flow, question, undertaker), flow, spa)).access)).toEqual(forUndertaker);
  });

  it('and begins again gives the old token its organisation back, and no other', async () => {
    const { refresh } = await logInFor(undertaker);
    await leave(service, person, undertaker);
    const without = await renewed(refresh);
    expect(actsFor(without.access)).toEqual({ organisation: undefined, roles: [] });
    await join(service, person, undertaker, ['zone_undertaker']);
    expect(actsFor((await renewed(without.refresh)).access)).toEqual(forUndertaker);
  });
});

describe('GET /v1/identity/me/organisations', () => {
  const mine = async (token: string) => {
    const { status, body } = await service.with(token).get('/v1/identity/me/organisations');
    expect(status).toBe(200);
    return body.items as object[];
  };

  it('lists the organisations of the person, and which one the token acts for', async () => {
    const { access, browser } = await logInFor(undertaker);
    const listed = (current: string) => [
      {
        id: exhibitor,
        name: { zh: '辽河智能装备有限公司（示例）', en: 'Liaohe Intelligent Equipment Ltd. (demo)' },
        kind: 'specialised_new_enterprise',
        roles: ['organisation_admin'],
        isCurrent: current === exhibitor,
      },
      {
        id: undertaker,
        name: { zh: '展区承办单位（示例）', en: 'Zone undertaker (demo)' },
        kind: 'professional_body',
        roles: ['zone_undertaker'],
        isCurrent: current === undertaker,
      },
    ];
    expect(await mine(access)).toEqual(listed(undertaker));
    expect(await mine((await switchTo(browser, exhibitor)).access)).toEqual(listed(exhibitor));
  });

  it('is empty for a person without organisation, and for a system', async () => {
    const { access } = await logInFor(exhibitor);
    await leave(service, person, exhibitor);
    await leave(service, person, undertaker);
    expect(await mine(access)).toEqual([]);
    const answer = await fetch(`${service.url}/oidc/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`portal-210000:${demoSecretOf('portal-210000')}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'identity:read' }),
    });
    expect(await mine(((await answer.json()) as { access_token: string }).access_token)).toEqual([]);
  });

  it('needs a token with the scope', async () => {
    expect((await service.anonymous.get('/v1/identity/me/organisations')).status).toBe(401);
    const { access } = await console_.logIn(loginOf('auditor'), { scope: 'openid exhibition:read' });
    expect((await service.with(access).get('/v1/identity/me/organisations')).status).toBe(403);
  });
});
