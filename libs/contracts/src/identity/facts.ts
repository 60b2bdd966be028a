import { z } from 'zod';
import { defineFact, type FactData } from '../fact-type.js';
import { id, instant, region } from '../fields.js';

/** Whether an organisation is identified by a unified social credit code or by another register. */
export const organisationOrigins = ['mainland', 'foreign'] as const;

const organisation = z.object({
  organisationId: id,
  origin: z.enum(organisationOrigins).describe('identified by the unified social credit code, or by another register'),
  kind: z.string().describe('code of the list of organisation kinds'),
  regionCode: region.nullable(),
});

/** Somebody filled in the registration form; the address is not proven yet. */
export const organisationRegistered = defineFact(
  'identity.organisation.registered.v1',
  'An organisation has registered; its mail address is not proven yet.',
  organisation,
);
export type OrganisationRegistered = FactData<typeof organisationRegistered>;

/** The address is proven: its people can log in and apply. */
export const organisationActivated = defineFact(
  'identity.organisation.activated.v1',
  'The mail address of an organisation is proven; its people can log in.',
  organisation,
);
export type OrganisationActivated = FactData<typeof organisationActivated>;

/**
 * Why a link is mailed: to prove the address of a new registration, or to tell somebody who registers again that address or
 * organisation already has an account (the link then leads to a page that says so).
 */
export const verificationPurposes = ['registration', 'already_registered'] as const;
export type VerificationPurpose = (typeof verificationPurposes)[number];

/** A one-time link must be mailed; notification fetches address, language and link from identity when it sends. */
export const verificationRequested = defineFact(
  'identity.verification.requested.v1',
  'A one-time link must be mailed; address, language and link are asked from identity at send time.',
  z.object({ verificationId: id, purpose: z.enum(verificationPurposes).describe('what the link is for') }),
);
export type VerificationRequested = FactData<typeof verificationRequested>;

const expiresAt = instant.describe('when the last of these access tokens is worth nothing any more');

/** A login has ended before its time: by logout, by revocation, or because a refresh token or a code was used twice. */
export const grantRevoked = defineFact(
  'identity.grant.revoked.v1',
  'A login has ended before its time; its access tokens are refused from now on.',
  z.object({ gid: z.string().min(1).describe('claim `gid` of the access tokens, a hash of the grant'), expiresAt }),
);
export type GrantRevoked = FactData<typeof grantRevoked>;

/** A client gave up one access token; the login it came from goes on. */
export const tokenRevoked = defineFact(
  'identity.token.revoked.v1',
  'One access token has ended before its time and is refused from now on.',
  z.object({ jti: z.string().min(1).describe('claim `jti` of the access token'), expiresAt }),
);
export type TokenRevoked = FactData<typeof tokenRevoked>;
