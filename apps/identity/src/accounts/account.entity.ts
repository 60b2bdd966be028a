import { accountClosed, mailChanged, passwordChanged } from '@ciep/contracts';
import { Aggregate, newId, normalMail, type Language } from '@ciep/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { MailUnchanged } from '../mail-changes/mail-change.errors.js';
import { PasswordWrong } from '../passwords/password.errors.js';

/** What a person may change about herself at any time. */
export interface ProfileChange {
  readonly name?: string | undefined;
  readonly phone?: string | undefined;
  readonly language?: Language | undefined;
}

/** A person who can log in. It exists only once its mail address is verified. */
@Entity({ name: 'accounts' })
export class Account extends Aggregate {
  @PrimaryColumn({ type: 'uuid' }) id!: string;
  @Column({ type: 'int' }) version!: number;
  /** `closed` by its person; `erased` once its personal data are gone. */
  @Column({ type: 'text' }) status!: 'active' | 'disabled' | 'closed' | 'erased';
  /** As the person typed it. */
  @Column({ type: 'text' }) mail!: string;
  /** Its normal form; unique. */
  @Column({ type: 'text' }) mailKey!: string;
  @Column({ type: 'text' }) name!: string;
  @Column({ type: 'text' }) phone!: string;
  @Column({ type: 'text' }) language!: Language;
  /** argon2id, with a pepper. */
  @Column({ type: 'text' }) passwordHash!: string;
  @Column({ type: 'timestamptz', nullable: true }) closedAt!: Date | null;

  static open(person: Pick<Account, 'mail' | 'name' | 'phone' | 'language' | 'passwordHash'> & { id?: string }): Account {
    return Object.assign(new Account(), {
      id: newId(),
      version: 1,
      status: 'active' as const,
      closedAt: null,
      ...person,
      mailKey: normalMail(person.mail),
    });
  }

  /** Refuses what needs the present password, if that has been replaced since it was checked, or the account was closed. */
  checkPassword(provenHash: string): void {
    if (this.status !== 'active' || this.passwordHash !== provenHash) throw new PasswordWrong();
  }

  /** The person has chosen a new password, and is told so by mail. */
  changePassword(passwordHash: string): void {
    this.passwordHash = passwordHash;
    this.record(passwordChanged({ accountId: this.id }));
  }

  changeProfile({ name = this.name, phone = this.phone, language = this.language }: ProfileChange): void {
    Object.assign(this, { name, phone, language });
  }

  /** Refuses an address that the account has already. */
  checkNewMail(mail: string): void {
    if (normalMail(mail) === this.mailKey) throw new MailUnchanged();
  }

  /** The person has proven a new address. */
  changeMail(mail: string, noticeId: string): void {
    this.mail = mail;
    this.mailKey = normalMail(mail);
    this.record(mailChanged({ accountId: this.id, noticeId }));
  }

  /** The person closes the account. Its data stay for a while, for the mail about it and against a mistake. */
  close(at: Date): void {
    this.status = 'closed';
    this.closedAt = at;
    this.record(accountClosed({ accountId: this.id }));
  }

  /** Removes the person's data; the address is free again. */
  erase(): void {
    const nobody = `erased:${this.id}`;
    Object.assign(this, { status: 'erased', mail: nobody, mailKey: nobody, name: '-', phone: '-', passwordHash: '$argon2id$erased' });
  }
}
