import { passwordChanged } from '@ciep/contracts';
import { Aggregate, newId, normalMail, type Language } from '@ciep/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A person who can log in. It exists only once its mail address is verified. */
@Entity({ name: 'accounts' })
export class Account extends Aggregate {
  @PrimaryColumn({ type: 'uuid' }) id!: string;
  @Column({ type: 'int' }) version!: number;
  @Column({ type: 'text' }) status!: 'active' | 'disabled';
  /** As the person typed it. */
  @Column({ type: 'text' }) mail!: string;
  /** Its normal form; unique. */
  @Column({ type: 'text' }) mailKey!: string;
  @Column({ type: 'text' }) name!: string;
  @Column({ type: 'text' }) phone!: string;
  @Column({ type: 'text' }) language!: Language;
  /** argon2id, with a pepper. */
  @Column({ type: 'text' }) passwordHash!: string;

  static open(person: Pick<Account, 'mail' | 'name' | 'phone' | 'language' | 'passwordHash'> & { id?: string }): Account {
    return Object.assign(new Account(), {
      id: newId(),
      version: 1,
      status: 'active' as const,
      ...person,
      mailKey: normalMail(person.mail),
    });
  }

  /** The person has chosen a new password, and is told so by mail. */
  changePassword(passwordHash: string): void {
    this.passwordHash = passwordHash;
    this.record(passwordChanged({ accountId: this.id }));
  }
}
