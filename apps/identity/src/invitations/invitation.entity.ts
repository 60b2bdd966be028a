import { invitationRequested, type MemberRole } from '@ciep/contracts';
import { Aggregate, lifecycle, newId, normalMail, type Language } from '@ciep/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { LinkReplaced, LinkUsed } from '../registrations/registration.errors.js';
import { InvitationExpired, InvitationRevoked } from './invitation.errors.js';

export const invitationStates = ['pending', 'accepted', 'revoked', 'expired'] as const;
export type InvitationState = (typeof invitationStates)[number];

const life = lifecycle<InvitationState, 'accept' | 'resend' | 'revoke' | 'expire'>('invitation', {
  accept: { from: ['pending'], to: 'accepted', isAutomatic: true },
  resend: { from: ['pending', 'expired'], to: 'pending' },
  revoke: { from: ['pending'], to: 'revoked' },
  expire: { from: ['pending'], to: 'expired', isAutomatic: true },
});

/** Whom an organisation invites. */
export interface Invited {
  /** As it was typed. */
  readonly mail: string;
  readonly name?: string | undefined;
  readonly language: Language;
  readonly roles: readonly MemberRole[];
}

/** Who invites, and until when the link is valid. */
interface Sending {
  /** The account of the administrator; null for a program of the organisation. */
  readonly inviter: string | null;
  readonly expiresAt: Date;
}

/** An organisation invites the holder of a mail address to become a member (docs/rules.md#invitations). */
@Entity({ name: 'invitations' })
export class Invitation extends Aggregate {
  @PrimaryColumn({ type: 'uuid' }) id!: string;
  @Column({ type: 'int' }) version!: number;
  @Column({ type: 'text' }) status!: InvitationState;
  @Column({ type: 'uuid' }) organisationId!: string;
  /** The account of the administrator who answers for it; null for a program of the organisation. */
  @Column({ type: 'uuid', nullable: true }) invitedBy!: string | null;
  @Column({ type: 'text' }) mail!: string;
  /** Its normal form. */
  @Column({ type: 'text' }) mailKey!: string;
  /** What the organisation calls the person. */
  @Column({ type: 'text', nullable: true }) name!: string | null;
  /** Language of the mail. */
  @Column({ type: 'text' }) language!: Language;
  /** The roles that the person gets. */
  @Column({ type: 'text', array: true }) roles!: MemberRole[];
  /** Number of mailed links; only the newest is valid. */
  @Column({ type: 'int' }) links!: number;
  @Column({ type: 'timestamptz' }) expiresAt!: Date;
  /** When it was accepted, revoked or expired. */
  @Column({ type: 'timestamptz', nullable: true }) closedAt!: Date | null;

  /** Invites a person; the first link is mailed. */
  static send(organisationId: string, { mail, name, language, roles }: Invited, { inviter, expiresAt }: Sending): Invitation {
    const person = { mail, mailKey: normalMail(mail), name: name ?? null, language, roles: [...roles] };
    const invitation = Object.assign(new Invitation(), { id: newId(), version: 1, status: 'pending' as const, organisationId, ...person });
    invitation.links = 0;
    invitation.mailLink({ inviter, expiresAt });
    return invitation;
  }

  /** Mails a new link; the one before becomes invalid. Whoever sends it again answers for it. Throws `WrongState`. */
  resend(sending: Sending): void {
    this.status = life.next(this.status, 'resend');
    this.mailLink(sending);
  }

  /** Takes it back. Throws `WrongState`. */
  revoke(at: Date): void {
    this.close('revoke', at);
  }

  /** Nobody has accepted it in time. No effect if it is closed. */
  expire(at: Date): void {
    if (this.status === 'pending' && at >= this.expiresAt) this.close('expire', this.expiresAt);
  }

  /** Refuses an invalid link. */
  checkLink(link: number, at: Date): void {
    if (this.status === 'accepted') throw new LinkUsed();
    if (this.status === 'revoked') throw new InvitationRevoked();
    if (link !== this.links) throw new LinkReplaced();
    if (at >= this.expiresAt) throw new InvitationExpired();
  }

  /** The holder of the mailbox joins. */
  accept(link: number, at: Date): void {
    this.checkLink(link, at);
    this.close('accept', at);
  }

  private mailLink({ inviter, expiresAt }: Sending): void {
    this.links += 1;
    this.invitedBy = inviter;
    this.expiresAt = expiresAt;
    this.closedAt = null;
    this.record(invitationRequested({ invitationId: this.id, organisationId: this.organisationId }));
  }

  private close(verb: 'accept' | 'revoke' | 'expire', at: Date): void {
    this.status = life.next(this.status, verb);
    this.closedAt = at;
  }
}
