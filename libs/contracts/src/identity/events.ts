import { z } from 'zod';
import { defineEvent, eventsOf, type EventData } from '../event-type.js';
import { id, instant, localized, region } from '../fields.js';
import { memberRoles, staffRoles } from '../roles.js';

/** Whether an organisation is identified by a unified social credit code or by another register. */
export const organisationOrigins = ['mainland', 'foreign'] as const;

const organisation = z.object({
  organisationId: id,
  origin: z.enum(organisationOrigins).describe('identified by the unified social credit code, or by another register'),
  kind: z.string().describe('code of the list of organisation kinds'),
  regionCode: region.nullable(),
  // Public register data of an organisation; older events do not have them (docs/rules.md#organisation-names).
  name: localized.optional().describe('legal name, in both languages'),
  creditCode: z.string().nullish().describe('unified social credit code; null for a foreign organisation'),
  registerNumber: z.string().nullish().describe('register and number of a foreign organisation; null for a mainland one'),
});

/** Somebody submitted the registration form; the address is not verified yet. */
export const organisationRegistered = defineEvent(
  'identity.organisation.registered.v1',
  'An organisation has registered; its mail address is not proven yet.',
  organisation,
);
export type OrganisationRegistered = EventData<typeof organisationRegistered>;

/** The address is verified: its people can log in and apply. */
export const organisationActivated = defineEvent(
  'identity.organisation.activated.v1',
  'The mail address of an organisation is proven; its people can log in.',
  organisation,
);
export type OrganisationActivated = EventData<typeof organisationActivated>;

/** Its people changed how it is called. */
export const organisationRenamed = defineEvent(
  'identity.organisation.renamed.v1',
  'An active organisation has changed its legal name.',
  organisation,
);
export type OrganisationRenamed = EventData<typeof organisationRenamed>;

/**
 * Why a link is mailed: to verify the address of a new registration, or to inform a person who registers again that address or organisation
 * already has an account (the link then leads to a page with that message).
 */
export const verificationPurposes = ['registration', 'already_registered'] as const;
export type VerificationPurpose = (typeof verificationPurposes)[number];

/** Requests a mail with a one-time link; notification gets address, language and link from identity when it sends. */
export const verificationRequested = defineEvent(
  'identity.verification.requested.v1',
  'A one-time link must be mailed; address, language and link are asked from identity at send time.',
  z.object({ verificationId: id, purpose: z.enum(verificationPurposes).describe('what the link is for') }),
  { concerns: { verification: 'verificationId' }, mailsBy: 'purpose' },
);
export type VerificationRequested = EventData<typeof verificationRequested>;

/** Requests a mail with a link to choose a new password; notification gets address, language and link from identity when it sends. */
export const passwordRecoveryRequested = defineEvent(
  'identity.password_recovery.requested.v1',
  'A link to choose a new password must be mailed; address, language and link are asked from identity at send time.',
  z.object({ passwordRecoveryId: id }),
  { concerns: { verification: 'passwordRecoveryId' } },
);
export type PasswordRecoveryRequested = EventData<typeof passwordRecoveryRequested>;

/** The person of an account chose a new password, with a mailed link or knowing the old one. All its logins have ended. */
export const passwordChanged = defineEvent(
  'identity.account.password_changed.v1',
  'An account has a new password; its person is told by mail.',
  z.object({ accountId: id.describe('the account') }),
  { concerns: { person: 'accountId' } },
);
export type PasswordChanged = EventData<typeof passwordChanged>;

/** A login of an account asks for a second factor from now on. */
export const secondFactorAdded = defineEvent(
  'identity.second_factor.added.v1',
  'A login of an account asks for a code of an app from now on; its person is told by mail.',
  z.object({ accountId: id.describe('the account') }),
  { concerns: { person: 'accountId' } },
);
export type SecondFactorAdded = EventData<typeof secondFactorAdded>;

/** A login of an account asks for the password alone again. */
export const secondFactorRemoved = defineEvent(
  'identity.second_factor.removed.v1',
  'A login of an account asks for the password alone again; its person is told by mail.',
  z.object({ accountId: id.describe('the account') }),
  { concerns: { person: 'accountId' } },
);
export type SecondFactorRemoved = EventData<typeof secondFactorRemoved>;

/** Requests a mail with a link to join an organisation; notification gets address, language and link from identity when it sends. */
export const invitationRequested = defineEvent(
  'identity.invitation.requested.v1',
  'A link to join an organisation must be mailed; address, language and link are asked from identity at send time.',
  z.object({ invitationId: id, organisationId: id.describe('the organisation that invites') }),
  { concerns: { verification: 'invitationId' } },
);
export type InvitationRequested = EventData<typeof invitationRequested>;

const memberEvent = eventsOf(
  'identity.member',
  {
    memberId: id.describe('the membership'),
    accountId: id.describe('the account of the person'),
    organisationId: id.describe('the organisation'),
    roles: z
      .array(z.enum(memberRoles))
      .describe('what the organisation lets the person do; empty for somebody who only has tasks of the platform'),
  },
  { concerns: { organisation: 'organisationId' }, portals: true },
);

/** A person became a member: the first administrator at registration, others by invitation. */
export const memberJoined = memberEvent('joined', 'A person has become a member of an organisation.', {});
export type MemberJoined = EventData<typeof memberJoined>;

/** The organisation gave a member other roles. */
export const memberChanged = memberEvent('changed', 'A member of an organisation has other roles there.', {});
export type MemberChanged = EventData<typeof memberChanged>;

/** A member left, or was removed; the roles are those until then. */
export const memberRemoved = memberEvent('removed', 'A person is no longer a member of an organisation.', {});
export type MemberRemoved = EventData<typeof memberRemoved>;

/**
 * Why a person's new address gets a mail: with a link that proves it, or because it belongs to an account already, which only this mail
 * shows.
 */
export const mailChangePurposes = ['mail_change', 'mail_taken'] as const;
export type MailChangePurpose = (typeof mailChangePurposes)[number];

/** Asks for a mail to the new address, with a link or without, and for a notice to the present one. */
export const mailChangeRequested = defineEvent(
  'identity.mail_change.requested.v1',
  'A person wants another mail address: the new one must be mailed, with a link or with the notice that it is taken, and the old one told.',
  z.object({
    mailChangeId: id,
    accountId: id.describe('the account'),
    purpose: z.enum(mailChangePurposes).describe('what the mail to the new address is about'),
  }),
  { concerns: { verification: 'mailChangeId', person: 'accountId' }, mailsBy: 'purpose' },
);
export type MailChangeRequested = EventData<typeof mailChangeRequested>;

/** The person pressed the button behind the link. The account has the new address; identity tells the old one by the notice's id. */
export const mailChanged = defineEvent(
  'identity.account.mail_changed.v1',
  'An account has a new, proven mail address; both addresses are told.',
  z.object({ accountId: id.describe('the account'), noticeId: id.describe('by which identity tells the address of before') }),
  { concerns: { person: 'accountId', verification: 'noticeId' } },
);
export type MailChanged = EventData<typeof mailChanged>;

/** A person closed the own account: nobody logs in to it any more, and all its logins have ended. */
export const accountClosed = defineEvent(
  'identity.account.closed.v1',
  'A person has closed the own account; all its logins have ended and its memberships, too.',
  z.object({ accountId: id.describe('the account') }),
  { concerns: { person: 'accountId' } },
);
export type AccountClosed = EventData<typeof accountClosed>;

const roleEvent = eventsOf(
  'identity.role',
  {
    roleGrantId: id,
    accountId: id.describe('the account of the person'),
    organisationId: id.describe('the organisation in which the role counts'),
    role: z.enum(staffRoles).describe('the role'),
    regionCode: region.nullable(),
    validFrom: instant.describe('when it begins'),
    validUntil: instant.nullable().describe('when it ends; null: it has no end'),
  },
  { concerns: { person: 'accountId' } },
);

/** A role has begun: the person's new tokens carry it. */
export const roleGranted = roleEvent('granted', 'A person has a staff or partner role from now on.', {});
export type RoleGranted = EventData<typeof roleGranted>;

/** A role that had begun is over: taken away, or its time, the membership or the partner unit has ended. */
export const roleRevoked = roleEvent('revoked', 'A person has a staff or partner role no more.', {
  endedAt: instant.describe('when it ended'),
});
export type RoleRevoked = EventData<typeof roleRevoked>;

const expiresAt = instant.describe('when the last of these access tokens is worth nothing any more');

/** A login was ended early: by logout, revocation or a new password, or because a refresh token or a code was used twice. */
export const grantRevoked = defineEvent(
  'identity.grant.revoked.v1',
  'A login has ended before its time; its access tokens are refused from now on.',
  z.object({ gid: z.string().min(1).describe('claim `gid` of the access tokens, a hash of the grant'), expiresAt }),
);
export type GrantRevoked = EventData<typeof grantRevoked>;

/** A client revoked one access token; its login continues. */
export const tokenRevoked = defineEvent(
  'identity.token.revoked.v1',
  'One access token has ended before its time and is refused from now on.',
  z.object({ jti: z.string().min(1).describe('claim `jti` of the access token'), expiresAt }),
);
export type TokenRevoked = EventData<typeof tokenRevoked>;
