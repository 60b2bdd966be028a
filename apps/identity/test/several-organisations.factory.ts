import { seeds, type Role } from '@ciep/contracts';
import { Database } from '@ciep/platform';
import type { TestService } from '@ciep/testing';
import { Admission } from '../src/accounts/admission.service.js';
import { demoExhibitor } from '../src/identity.module.js';
import { aPerson, type TestPerson } from './person.factory.js';

/** Organisations of the demo installation. */
export const exhibitor = demoExhibitor;
export const undertaker = seeds.undertaker(1);
export const organizer = seeds.organizer;

/** Makes a person a member of an organisation. */
export async function join(service: TestService, person: TestPerson, organisationId: string, roles: readonly Role[]): Promise<void> {
  await service.find(Database).transaction(tx => service.find(Admission).join(person.id, organisationId, tx, roles));
}

/** Ends a membership, with the roles that the platform gave there. */
export async function leave(service: TestService, person: TestPerson, organisationId: string): Promise<void> {
  await service.query('DELETE FROM role_grants WHERE account_id = $1 AND organisation_id = $2', [person.id, organisationId]);
  await service.query('DELETE FROM memberships WHERE account_id = $1 AND organisation_id = $2', [person.id, organisationId]);
}

/** An administrator of the exhibitor, who also works for the undertaker. */
export async function aPersonOfTwo(service: TestService): Promise<TestPerson> {
  const person = await aPerson(service);
  await join(service, person, undertaker, ['zone_undertaker']);
  return person;
}
