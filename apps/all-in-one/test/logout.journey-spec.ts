import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { demoPassword } from '@ciep/identity';
import { openSession, type Session } from '../../../tools/tour/log-in.js';
import { inOneProcess, type InOneProcess } from './start-in-one-process.js';

describe('logging out', () => {
  let stage: InOneProcess;
  beforeAll(async () => {
    stage = await inOneProcess();
  }, 120_000);
  afterAll(() => stage.close(), 60_000);

  const paths = [
    '/v1/identity/me',
    '/v1/conference/audit-entries',
    '/v1/exhibition/applications',
    '/v1/billing/invoices',
    '/v1/notification/mails',
  ];
  const logInAs = (login: string) => openSession(stage.url, `${login}@demo.ciep.example`, demoPassword);
  /** What every service answers to the access token of a session: its status, or the code of the problem. */
  const answers = ({ tokens }: Session) =>
    Promise.all(
      paths.map(async path => {
        const response = await fetch(stage.url + path, { headers: { authorization: `Bearer ${tokens.access_token}` } });
        return response.ok ? response.status : ((await response.json()) as { code: string }).code;
      }),
    );

  it('ends the access token at every service within two seconds, and nobody else is concerned', async () => {
    const [here, elsewhere, somebody] = [await logInAs('shenzhen'), await logInAs('shenzhen'), await logInAs('exhibitor')];
    const before = await Promise.all([here, elsewhere, somebody].map(answers));
    expect(before.flat()).not.toContain('token.revoked');
    expect(before[0]?.[2]).toBe(200);

    await here.logOut();
    const end = Date.now() + 2_000;
    let after = await answers(here);
    while (after.some(answer => answer !== 'token.revoked') && Date.now() < end) after = await answers(here);
    expect(after).toEqual(paths.map(() => 'token.revoked'));
    expect(await Promise.all([elsewhere, somebody].map(answers))).toEqual(before.slice(1));
  });
});
