import { expect } from '@jest/globals';
import { demoPassword } from '@ciep/identity';
import { openSession, type Session } from '../../../tools/tour/log-in.js';

const paths = [
  '/v1/identity/me',
  '/v1/conference/audit-entries',
  '/v1/exhibition/applications',
  '/v1/billing/invoices',
  '/v1/notification/mails',
];

/** What every service answers to the access token of a session: its status, or the problem code. */
const answers = (url: string, { tokens }: Session) =>
  Promise.all(
    paths.map(async path => {
      const response = await fetch(url + path, { headers: { authorization: `Bearer ${tokens.access_token}` } });
      return response.ok ? response.status : ((await response.json()) as { code: string }).code;
    }),
  );

/** Logs out: the access token ends at every service within two seconds; other logins, also of the same person, continue. */
export async function expectLogoutEverywhere(url: string): Promise<void> {
  const logInAs = (login: string) => openSession(url, `${login}@demo.ciep.example`, demoPassword);
  const [here, elsewhere, somebody] = [await logInAs('shenzhen'), await logInAs('shenzhen'), await logInAs('exhibitor')];
  const before = await Promise.all([here, elsewhere, somebody].map(session => answers(url, session)));
  expect(before.flat()).not.toContain('token.revoked');
  expect(before[0]?.[2]).toBe(200);

  await here.logOut();
  const end = Date.now() + 2_000;
  let after = await answers(url, here);
  while (after.some(answer => answer !== 'token.revoked') && Date.now() < end) after = await answers(url, here);
  expect(after).toEqual(paths.map(() => 'token.revoked'));
  expect(await Promise.all([elsewhere, somebody].map(session => answers(url, session)))).toEqual(before.slice(1));
}
