import { mailChangeRequested, type MailChangePurpose } from '@ciep/contracts';
import { Aggregate, newId, normalMail, type Language } from '@ciep/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { LinkExpired, LinkReplaced, LinkUsed } from '../registrations/registration.errors.js';
import { MailChangeWithdrawn, MailTaken } from './mail-change.errors.js';

interface Wish {
  readonly accountId: string;
  readonly purpose: MailChangePurpose;
  /** As it was typed. */
  readonly mail: string;
  readonly language: Language;
  readonly askedBy: string | null;
  readonly expiresAt: Date;
}

/** A person wants another mail address, and proves it by a mailed link. An account has at most one that is open: the newest. */
@Entity({ name: 'mail_changes' })
export class MailChange extends Aggregate {
  @PrimaryColumn({ type: 'uuid' }) id!: string;
  @Column({ type: 'int' }) version!: number;
  /** `replaced` by a newer one, `withdrawn` by a new password or because the account was closed. */
  @Column({ type: 'text' }) status!: 'open' | 'replaced' | 'withdrawn' | 'used';
  @Column({ type: 'uuid' }) accountId!: string;
  /** `mail_taken`: another account has the address; only the mail shows it, not the answer. */
  @Column({ type: 'text' }) purpose!: MailChangePurpose;
  @Column({ type: 'text' }) mail!: string;
  /** Its normal form. */
  @Column({ type: 'text' }) mailKey!: string;
  /** The address of before, in its normal form, to tell it. */
  @Column({ type: 'text', nullable: true }) previousMail!: string | null;
  /** Language of the mails. */
  @Column({ type: 'text' }) language!: Language;
  /** Mark of the grant with which it was asked for: that login continues. */
  @Column({ type: 'text', nullable: true }) askedBy!: string | null;
  /** By which the address of before is told. */
  @Column({ type: 'uuid' }) noticeId!: string;
  /** When the link expires; once it is used, until when the address of before may be told. */
  @Column({ type: 'timestamptz' }) expiresAt!: Date;

  static request(wish: Wish): MailChange {
    const change = Object.assign(new MailChange(), {
      id: newId(),
      version: 1,
      status: 'open' as const,
      previousMail: null,
      noticeId: newId(),
      mailKey: normalMail(wish.mail),
      ...wish,
    });
    const { id: mailChangeId, accountId, purpose } = change;
    change.record(mailChangeRequested({ mailChangeId, accountId, purpose }));
    return change;
  }

  /** Refuses an invalid link. */
  checkLink(at: Date): void {
    if (this.status === 'replaced') throw new LinkReplaced();
    if (this.status === 'withdrawn') throw new MailChangeWithdrawn();
    if (this.status === 'used') throw new LinkUsed();
    if (at >= this.expiresAt) throw new LinkExpired();
    if (this.purpose === 'mail_taken') throw new MailTaken();
  }

  /** Uses the link up; the address of before can be told until the given instant. */
  use(previousMail: string, at: Date, until: Date): void {
    this.checkLink(at);
    this.status = 'used';
    this.previousMail = previousMail;
    this.expiresAt = until;
  }

  /** A newer change takes its place. */
  replace(): void {
    this.status = 'replaced';
  }

  /** The account has a new password, or is closed. */
  withdraw(): void {
    this.status = 'withdrawn';
  }
}
