import { randomUUID } from 'node:crypto';
import { Database } from '@ciep/platform';
import { generateSync } from 'otplib';
import { ActivateSecondFactor } from '../src/second-factors/activate-second-factor.use-case.js';
import { ProposeSecondFactor } from '../src/second-factors/propose-second-factor.use-case.js';
import { aPerson, firstPassword } from './person.factory.js';
import { aMember, anOrganisation } from './members.factory.js';
import { loginOf } from './relying-party.factory.js';
import { aPersonOfTwo, exhibitor, leave, organizer } from './several-organisations.factory.js';
import type { PageVisitor } from './page-visitor.factory.js';

const somebody = (): string => `somebody-${randomUUID().slice(0, 8)}@a-rather-long-name-of-an-organisation.example.org`;

async function guess(visitor: PageVisitor, times: number): Promise<void> {
  const mail = somebody();
  await visitor.goToLogin();
  for (let time = 0; time < times; time += 1) await visitor.logIn(mail, 'a wrong password');
}

async function expired(visitor: PageVisitor): Promise<string> {
  const { id, link } = await visitor.register();
  await visitor.service.query(`UPDATE registrations SET expires_at = '2000-01-01T00:00:00Z' WHERE id = $1`, [id]);
  return link;
}

async function confirmed(visitor: PageVisitor): Promise<string> {
  const { link } = await visitor.register();
  await visitor.open(link);
  await visitor.page.fill('#password', 'correct horse 电池');
  await visitor.send('/registration/');
  return link;
}

/** The login of a person who has an authenticator app, after the password. */
async function withApp(visitor: PageVisitor): Promise<void> {
  const person = await aPerson(visitor.service);
  const database = visitor.service.find(Database);
  await database.transaction(tx => visitor.service.find(ProposeSecondFactor).execute(person.id, tx));
  await database.transaction(tx => visitor.service.find(ActivateSecondFactor).execute({ accountId: person.id, secrets: 1, step: 1 }, tx));
  await visitor.goToLogin();
  await visitor.logIn(person.mail, firstPassword);
}

/** The login of a person whose role needs an app, after the password. */
async function newApp(visitor: PageVisitor): Promise<void> {
  const person = await aPerson(visitor.service);
  await visitor.service.query(
    `INSERT INTO role_grants (id, version, status, account_id, organisation_id, role, valid_from, reason, started_at)
       SELECT gen_random_uuid(), 1, 'active', account_id, organisation_id, 'finance_clerk', now(), 'test', now() FROM memberships WHERE account_id = $1`,
    [person.id],
  );
  await visitor.goToLogin();
  await visitor.logIn(person.mail, firstPassword);
}

/** Runs something while a table is missing. */
async function failing(visitor: PageVisitor, work: () => Promise<unknown>): Promise<void> {
  await visitor.service.query('ALTER TABLE registrations RENAME TO registrations_away');
  await work().finally(() => visitor.service.query('ALTER TABLE registrations_away RENAME TO registrations'));
}

/** How a person gets to each page of identity. A new page needs a line here. */
export const everyPage: Readonly<Record<string, (visitor: PageVisitor) => Promise<unknown>>> = {
  login: visitor => visitor.goToLogin(),
  'login-wrong-password': visitor => guess(visitor, 1),
  'login-too-many-tries': visitor => guess(visitor, 4),
  'login-mail-sent': async visitor => {
    await guess(visitor, 1);
    await visitor.send('/link');
  },
  'login-expired': async visitor => {
    await visitor.goToLogin();
    await visitor.open('/oidc/interaction/of-yesterday');
  },
  'login-forged': async visitor => {
    await visitor.goToLogin();
    await visitor.page.$eval('form[action$="/login"] [name=proof]', field => field.setAttribute('value', 'forged'));
    await visitor.logIn();
  },
  'second-factor': withApp,
  'second-factor-wrong-code': async visitor => {
    await withApp(visitor);
    await visitor.enterCode('000000');
  },
  'second-factor-too-many-tries': async visitor => {
    await withApp(visitor);
    for (let time = 0; time < 4; time += 1) await visitor.enterCode('000000');
  },
  'new-second-factor': newApp,
  'new-second-factor-wrong-code': async visitor => {
    await newApp(visitor);
    await visitor.enterCode('000000');
  },
  'recovery-codes': async visitor => {
    await newApp(visitor);
    const secret = (await visitor.page.innerText('dd')).replaceAll(' ', '');
    await visitor.enterCode(generateSync({ secret }));
  },
  consent: async visitor => {
    await visitor.goToLogin({ prompt: 'login consent' });
    await visitor.logIn();
  },
  organisation: async visitor => {
    await visitor.goToLogin();
    await visitor.logIn((await aPersonOfTwo(visitor.service)).mail, firstPassword);
  },
  'organisation-forged': async visitor => {
    await visitor.goToLogin();
    await visitor.logIn((await aPersonOfTwo(visitor.service)).mail, firstPassword);
    await visitor.page.$eval('button.choice', button => button.setAttribute('value', 'forged'));
    await visitor.press('button.choice');
  },
  'organisation-of-others': async visitor => {
    await visitor.goToLogin({ organisation: organizer });
    await visitor.logIn();
  },
  'organisation-of-nobody': async visitor => {
    const person = await aPerson(visitor.service);
    await leave(visitor.service, person, exhibitor);
    await visitor.goToLogin({ organisation: organizer });
    await visitor.logIn(person.mail, firstPassword);
  },
  'other-account': async visitor => {
    await visitor.logInAtApplication();
    await visitor.goToLogin({ prompt: 'login' });
    await visitor.logIn(loginOf('auditor'));
  },
  logout: async visitor => {
    await visitor.logInAtApplication();
    await visitor.open('/oidc/session/end?client_id=demo-spa');
  },
  'logged-out': async visitor => {
    await visitor.logInAtApplication();
    await visitor.open('/oidc/session/end?client_id=demo-spa');
    await visitor.press('button[name=logout]');
  },
  'logout-declined': async visitor => {
    await visitor.logInAtApplication();
    await visitor.open('/oidc/session/end');
    await visitor.press('button[form="op.logoutForm"].quiet');
  },
  'logout-of-nobody': visitor => visitor.open('/oidc/session/end'),
  'wrong-request': visitor => visitor.goToLogin({ redirect_uri: 'https://elsewhere.example/callback' }),
  'unknown-application': visitor => visitor.goToLogin({ client_id: 'nobody' }),
  registration: async visitor => visitor.open((await visitor.register()).link),
  'registration-short-password': async visitor => {
    await visitor.open((await visitor.register()).link);
    await visitor.page.$eval('#password', field => field.removeAttribute('minlength'));
    await visitor.page.fill('#password', 'short');
    await visitor.send('/registration/');
  },
  'registration-done': confirmed,
  'registration-used-link': async visitor => visitor.open(await confirmed(visitor)),
  'registration-expired-link': async visitor => visitor.open(await expired(visitor)),
  'registration-mail-sent': async visitor => {
    await visitor.open(await expired(visitor));
    await visitor.send('/link');
  },
  'registration-unknown-link': async visitor => visitor.open(`${(await visitor.register()).link}x`),
  'recovery-request': async visitor => {
    await visitor.goToLogin();
    await visitor.press('a[href="/oidc/password-recovery"]');
  },
  'recovery-request-no-address': async visitor => {
    await visitor.open('/oidc/password-recovery');
    await visitor.page.$eval('#mail', field => field.setAttribute('type', 'text'));
    await visitor.page.fill('#mail', 'nobody');
    await visitor.send('/password-recovery');
  },
  'recovery-mail-sent': async visitor => {
    await visitor.open('/oidc/password-recovery');
    await visitor.page.fill('#mail', somebody());
    await visitor.send('/password-recovery');
  },
  recovery: visitor => visitor.forget(),
  'recovery-common-password': async visitor => {
    await visitor.forget();
    await visitor.choosePassword('Password2024!');
  },
  'recovery-done': async visitor => {
    await visitor.forget();
    await visitor.choosePassword('correct horse 电池');
  },
  'recovery-used-link': async visitor => {
    const link = await visitor.forget();
    await visitor.choosePassword('correct horse 电池');
    await visitor.open(link);
  },
  'recovery-expired-link': async visitor => {
    const link = await visitor.forget();
    await visitor.service.query(`UPDATE password_recoveries SET expires_at = '2000-01-01T00:00:00Z'`);
    await visitor.open(link);
  },
  'recovery-unknown-link': async visitor => visitor.open(`${await visitor.forget()}x`),
  invitation: async visitor => visitor.open((await visitor.invite(somebody())).link),
  'invitation-with-account': async visitor => {
    const { mail } = await aMember(visitor.service, await anOrganisation(visitor.service));
    await visitor.open((await visitor.invite(mail)).link);
  },
  'invitation-wrong-phone': async visitor => {
    await visitor.open((await visitor.invite(somebody())).link);
    await visitor.join('no number');
  },
  'invitation-done': async visitor => {
    await visitor.open((await visitor.invite(somebody())).link);
    await visitor.join();
  },
  'invitation-used-link': async visitor => {
    const { link } = await visitor.invite(somebody());
    await visitor.open(link);
    await visitor.join();
    await visitor.open(link);
  },
  'invitation-expired-link': async visitor => {
    const { id, link } = await visitor.invite(somebody());
    await visitor.service.query(`UPDATE invitations SET expires_at = '2000-01-01T00:00:00Z' WHERE id = $1`, [id]);
    await visitor.open(link);
  },
  'invitation-unknown-link': async visitor => visitor.open(`${(await visitor.invite(somebody())).link}x`),
  'mail-change': visitor => visitor.changeMail(),
  'mail-change-done': async visitor => {
    await visitor.changeMail();
    await visitor.send('/mail-change/');
  },
  'mail-change-used-link': async visitor => {
    const link = await visitor.changeMail();
    await visitor.send('/mail-change/');
    await visitor.open(link);
  },
  'mail-change-expired-link': async visitor => {
    const link = await visitor.changeMail();
    await visitor.service.query(`UPDATE mail_changes SET expires_at = '2000-01-01T00:00:00Z'`);
    await visitor.open(link);
  },
  'mail-change-taken': visitor => visitor.changeMail(loginOf('auditor')),
  'mail-change-unknown-link': async visitor => visitor.open(`${await visitor.changeMail()}x`),
  failure: async visitor => {
    const { link } = await visitor.register();
    await failing(visitor, () => visitor.open(link));
  },
};
