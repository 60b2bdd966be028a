import { passwordRecoveryRequested } from '@ciep/contracts';
import { Aggregate, newId, type Language } from '@ciep/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { LinkExpired, LinkReplaced, LinkUsed } from '../registrations/registration.errors.js';

/** The mailed links with which a person who forgot the password chooses a new one. An account has at most one row. */
@Entity({ name: 'password_recoveries' })
export class PasswordRecovery extends Aggregate {
  @PrimaryColumn({ type: 'uuid' }) id!: string;
  @Column({ type: 'int' }) version!: number;
  /** `closed` once the account has a new password, by whatever way. */
  @Column({ type: 'text' }) status!: 'open' | 'closed';
  @Column({ type: 'uuid' }) accountId!: string;
  /** Language of the mail. */
  @Column({ type: 'text' }) language!: Language;
  /** Number of mailed links; only the newest is valid. */
  @Column({ type: 'int' }) links!: number;
  @Column({ type: 'timestamptz' }) expiresAt!: Date;

  /** Mails the first link of an account. */
  static open(accountId: string, language: Language, expiresAt: Date): PasswordRecovery {
    const recovery = Object.assign(new PasswordRecovery(), { id: newId(), version: 1, accountId, links: 0 });
    recovery.mailLink(language, expiresAt);
    return recovery;
  }

  /** Mails a new link; the links before it become invalid. */
  mailLink(language: Language, expiresAt: Date): void {
    this.status = 'open';
    this.links += 1;
    this.language = language;
    this.expiresAt = expiresAt;
    this.record(passwordRecoveryRequested({ passwordRecoveryId: this.id }));
  }

  /** Refuses an invalid link. */
  checkLink(link: number, at: Date): void {
    if (link !== this.links) throw new LinkReplaced();
    if (this.status === 'closed') throw new LinkUsed();
    if (at >= this.expiresAt) throw new LinkExpired();
  }

  /** Uses the link up. */
  use(link: number, at: Date): void {
    this.checkLink(link, at);
    this.close();
  }

  /** Ends the validity of the link, because the account has a new password. */
  close(): void {
    this.status = 'closed';
  }
}
