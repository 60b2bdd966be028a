import { randomUUID } from 'node:crypto';
import { seeds, type StaffRole } from '@ciep/contracts';
import { Clock } from '@ciep/kernel';
import { Database } from '@ciep/platform';
import type { Api, TestService } from '@ciep/testing';
import { Admission } from '../src/accounts/admission.service.js';
import { Passwords } from '../src/accounts/passwords.service.js';
import { demoPassword } from '../src/identity.module.js';
import { RoleChanges } from '../src/role-grants/role-changes.service.js';
import { RoleGrant } from '../src/role-grants/role-grant.entity.js';
import type { TestPerson } from './person.factory.js';

/** The id of the account with a mail address. */
export async function accountOf(service: TestService, login: string): Promise<string> {
  const [row] = await service.query<{ id: string }>('SELECT id FROM accounts WHERE mail = $1', [login]);
  if (!row) throw new Error(`${login} has no account`);
  return row.id;
}

interface Given {
  readonly login: string;
  readonly organisationId?: string;
  readonly role: StaffRole;
  readonly regionCode?: string | null;
  readonly until?: Date;
}

/** Gives a role as an operator would; returns the id of the grant. */
export async function aRoleGrant(
  service: TestService,
  { login, organisationId = seeds.organizer, regionCode = null, ...given }: Given,
): Promise<string> {
  const accountId = await accountOf(service, login);
  const wanted = { ...given, accountId, organisationId, regionCode, reason: 'for a test' };
  const grant = RoleGrant.appoint(wanted, service.find(Clock).now());
  await service.find(Database).transaction(tx => service.find(RoleChanges).add(grant, tx));
  return grant.id;
}

/** A person who is a member of an organisation, with these staff roles there. */
export async function aMember(
  service: TestService,
  { organisationId = seeds.organizer, roles = [] }: { organisationId?: string; roles?: readonly StaffRole[] } = {},
): Promise<TestPerson> {
  const mail = `staff-${randomUUID().slice(0, 8)}@example.org`;
  const person = { mail, name: 'Staff Example', phone: '+86 755 1234567', language: 'en' as const, passwordHash: await hashOf(service) };
  const id = await service.find(Database).transaction(tx => service.find(Admission).admit(person, organisationId, tx, roles));
  return { id, mail };
}

const hashes = new WeakMap<TestService, Promise<string>>();

/** The hash of {@link demoPassword}; hashing is slow. */
function hashOf(service: TestService): Promise<string> {
  const known = hashes.get(service) ?? service.find(Passwords).hash(demoPassword);
  hashes.set(service, known);
  return known;
}

/** Calls of a person who acts for an organisation, with a token that has these roles. */
export const callsOf = (
  service: TestService,
  { id }: Pick<TestPerson, 'id'>,
  roles: readonly StaffRole[],
  organisationId: string = seeds.organizer,
): Api => service.as({ id, roles, organisationId });
