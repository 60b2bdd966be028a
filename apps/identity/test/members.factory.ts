import { randomUUID } from 'node:crypto';
import type { Role } from '@ciep/contracts';
import { Database } from '@ciep/platform';
import type { Api, TestService } from '@ciep/testing';
import { Admission } from '../src/accounts/admission.service.js';
import { Passwords } from '../src/accounts/passwords.service.js';
import { Organisation } from '../src/organisations/organisation.entity.js';
import { OrganisationRepository } from '../src/organisations/organisation.repository.js';
import { checkedIdentity } from '../src/organisations/organisation.rules.js';
import { Links } from '../src/registrations/links.service.js';
import { aCreditCode, aMail } from './identity.factory.js';
import { firstPassword } from './person.factory.js';

/** A person with an account, and the membership. */
export interface TestMember {
  readonly id: string;
  readonly mail: string;
  readonly memberId: string;
  readonly organisationId: string;
}

/** An active organisation of its own, without members. */
export async function anOrganisation(service: TestService, name = 'Sample Works'): Promise<string> {
  const organisation = Organisation.establish(
    {
      name: { zh: '示例机构', en: name },
      kind: 'innovative_sme',
      identity: checkedIdentity({ origin: 'mainland', creditCode: aCreditCode(), regionCode: '210000' }),
      contact: { name: 'Contact', phone: '+86 24 2345 6789', mail: aMail(), language: 'en' },
    },
    service.clock.now(),
  );
  await service.find(Database).transaction(tx => service.find(OrganisationRepository).in(tx).insert(organisation));
  return organisation.id;
}

const memberIn = async (service: TestService, accountId: string, organisationId: string): Promise<string> => {
  const [row] = await service.query<{ id: string }>('SELECT id FROM memberships WHERE account_id = $1 AND organisation_id = $2', [
    accountId,
    organisationId,
  ]);
  return row?.id ?? '';
};

let passwordHash: Promise<string> | undefined;

/** Opens an account for a member of an organisation; its password is `firstPassword`. */
export async function aMember(
  service: TestService,
  organisationId: string,
  roles: readonly Role[] = ['organisation_admin'],
  { name = 'Member Example', mail = `member-${randomUUID().slice(0, 8)}@example.org` } = {},
): Promise<TestMember> {
  // Pepper and hash are of one service, and most tests need no login.
  passwordHash ??= service.find(Passwords).hash(firstPassword);
  const person = { mail, name, phone: '+86 755 1234567', language: 'en' as const, passwordHash: await passwordHash };
  const id = await service.find(Database).transaction(tx => service.find(Admission).admit(person, organisationId, tx, roles));
  return { id, mail, organisationId, memberId: await memberIn(service, id, organisationId) };
}

/** The person becomes a member of a further organisation. */
export async function joins(
  service: TestService,
  { id, mail }: Pick<TestMember, 'id' | 'mail'>,
  organisationId: string,
  roles: readonly Role[],
): Promise<TestMember> {
  const memberId = await service.find(Database).transaction(tx => service.find(Admission).join(id, organisationId, tx, roles));
  return { id, mail, organisationId, memberId };
}

/** The API as the member calls it, by default as administrator. */
export const by = (service: TestService, { id, organisationId }: TestMember, ...roles: Role[]): Api =>
  service.as({ id, organisationId, roles: roles.length > 0 ? roles : ['organisation_admin'] });

export const membersOf = (organisationId: string): string => `/v1/identity/organisations/${organisationId}/members`;
export const invitationsOf = (organisationId: string): string => `/v1/identity/organisations/${organisationId}/invitations`;

/** The newest link of an invitation. */
export async function linkOf(service: TestService, id: string): Promise<{ readonly code: string; readonly url: string }> {
  const [row] = await service.query<{ links: number }>('SELECT links FROM invitations WHERE id = $1', [id]);
  const address = await service.find(Links).address('invitation', id, row?.links ?? 0);
  const code = address.split('/').at(-1) ?? '';
  return { code, url: `${service.url}/oidc/invitation/${id}/${code}` };
}

/** What a person without an account enters. */
export const aNewcomer = (differences: object = {}) => ({
  name: 'New Colleague',
  phone: '+86 24 2345 6789',
  password: 'correct horse 电池',
  ...differences,
});

/** Presses the button, by the API. */
export const accept = (service: TestService, id: string, body: object): ReturnType<Api['post']> =>
  service.anonymous.post(`/v1/identity/invitations/${id}/accept`, body, { key: false });
