import { invitationRequested } from '@ciep/contracts';
import { Aggregate } from '@ciep/kernel';
import { describe, expect, it } from '@jest/globals';
import { refusalOf } from '@ciep/testing/refusal';
import { Invitation } from './invitation.entity.js';

const at = (hour: number) => new Date(Date.UTC(2026, 2, 1, hour));
const organisationId = '01860000-0000-7000-8000-0000d0000001';
const inviter = '01890000-0000-7000-8000-00000000000c';
const person = { mail: 'Office@Example.org', language: 'en', roles: ['organisation_member'] } as const;
const anInvitation = () => Invitation.send(organisationId, person, { inviter, expiresAt: at(10) });

describe(Invitation.name, () => {
  it('mails a link for the normal form of the address', () => {
    const invitation = anInvitation();
    expect(invitation).toMatchObject({ status: 'pending', links: 1, mailKey: 'office@example.org', name: null, closedAt: null });
    const data = { invitationId: invitation.id, organisationId };
    expect(Aggregate.takeEvents(invitation)).toEqual([invitationRequested(data)]);
    invitation.resend({ inviter: null, expiresAt: at(20) });
    expect(invitation).toMatchObject({ links: 2, invitedBy: null, expiresAt: at(20) });
    expect(Aggregate.takeEvents(invitation)).toEqual([invitationRequested(data)]);
  });

  it('is accepted once, by the newest link, in time', () => {
    const invitation = anInvitation();
    invitation.resend({ inviter, expiresAt: at(10) });
    expect(refusalOf(() => invitation.accept(1, at(9)))).toBe('verification.replaced');
    expect(refusalOf(() => invitation.accept(2, at(10)))).toBe('invitation.expired');
    invitation.accept(2, at(9));
    expect(invitation).toMatchObject({ status: 'accepted', closedAt: at(9) });
    expect(refusalOf(() => invitation.accept(2, at(9)))).toBe('verification.used');
  });

  it('expires only when its time has come, and can be sent again', () => {
    const invitation = anInvitation();
    invitation.expire(at(9));
    expect(invitation.status).toBe('pending');
    invitation.expire(at(12));
    expect(invitation).toMatchObject({ status: 'expired', closedAt: at(10) });
    expect(refusalOf(() => invitation.checkLink(1, at(12)))).toBe('invitation.expired');
    expect(refusalOf(() => invitation.revoke(at(12)))).toBe('invitation.wrong_state');
    invitation.resend({ inviter, expiresAt: at(20) });
    expect(invitation).toMatchObject({ status: 'pending', closedAt: null });
  });

  it('that was taken back stays so', () => {
    const invitation = anInvitation();
    invitation.revoke(at(8));
    expect(refusalOf(() => invitation.accept(1, at(9)))).toBe('invitation.revoked');
    expect(refusalOf(() => invitation.resend({ inviter, expiresAt: at(20) }))).toBe('invitation.wrong_state');
    expect(refusalOf(() => invitation.revoke(at(9)))).toBe('invitation.wrong_state');
  });
});
