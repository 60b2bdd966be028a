import { seeds } from '@ciep/contracts';
import { startService, type TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { QueryRunner } from 'typeorm';
import { GrantRoles1700000000030 } from '../src/database/migrations/1700000000030-grant-roles.js';
import { identity } from '../src/identity.module.js';

let service: TestService;
const migration = new GrantRoles1700000000030();
const runner = () => ({ query: (sql: string) => service.query(sql) }) as unknown as QueryRunner;

beforeAll(async () => {
  service = await startService(identity, { settings: { CIEP_SEED_DEMO: 'true' } });
  await service.running.seed();
});

const rolesOf = () =>
  service.query<{ mail: string; roles: string[] }>(
    `SELECT split_part(a.mail, '@', 1) AS mail, m.roles FROM memberships m JOIN accounts a ON a.id = m.account_id ORDER BY a.mail`,
  );
const grants = () =>
  service.query(
    `SELECT split_part(a.mail, '@', 1) AS mail, g.role, g.region_code, g.status, g.started_at IS NOT NULL AS started
       FROM role_grants g JOIN accounts a ON a.id = g.account_id ORDER BY a.mail, g.role`,
  );

describe('the migration of the roles', () => {
  it('takes staff roles out of the memberships, and back', async () => {
    const demo = await grants();
    expect(demo).toHaveLength(7);
    await migration.down(runner());
    const before = await rolesOf();
    expect(before.find(({ mail }) => mail === 'exhibitor')?.roles).toEqual(['organisation_admin']);
    expect(before.find(({ mail }) => mail === 'auditor')?.roles).toEqual(['auditor']);
    await service.query(
      `UPDATE memberships SET organisation_id = $1, roles = '{organisation_admin,province_partner,auditor}'
        WHERE account_id = (SELECT id FROM accounts WHERE mail LIKE 'exhibitor@%')`,
      [seeds.partnerOf('210000')],
    );
    await migration.up(runner());
    expect((await rolesOf()).map(({ roles }) => roles).filter(({ length }) => length > 0)).toEqual([['organisation_admin']]);
    const own = { mail: 'exhibitor', status: 'active', started: true };
    const moved = [
      { ...own, role: 'auditor', region_code: null },
      { ...own, role: 'province_partner', region_code: '210000' },
    ];
    expect(await grants()).toEqual([...demo, ...moved].sort((a, b) => (String(a['mail']) < String(b['mail']) ? -1 : 1)));
    await migration.down(runner());
    const back = (await rolesOf()).find(({ mail }) => mail === 'exhibitor')?.roles;
    expect(back?.sort()).toEqual(['auditor', 'organisation_admin', 'province_partner']);
    await migration.up(runner());
  });
});
