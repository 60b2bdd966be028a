import { Aggregate, newId, type Language } from '@ciep/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A person who can log in. It exists only once its mail address is proven. */
@Entity({ name: 'accounts' })
export class Account extends Aggregate {
  @PrimaryColumn({ name: 'id', type: 'uuid' }) id!: string;
  @Column({ name: 'version', type: 'int' }) version!: number;
  @Column({ name: 'status', type: 'text' }) status!: 'active' | 'disabled';
  /** In lower case; unique. */
  @Column({ name: 'mail', type: 'text' }) mail!: string;
  @Column({ name: 'name', type: 'text' }) name!: string;
  @Column({ name: 'phone', type: 'text' }) phone!: string;
  @Column({ name: 'language', type: 'text' }) language!: Language;
  /** argon2id, with a pepper. */
  @Column({ name: 'password_hash', type: 'text' }) passwordHash!: string;

  static open(person: Pick<Account, 'mail' | 'name' | 'phone' | 'language' | 'passwordHash'> & { id?: string }): Account {
    return Object.assign(new Account(), { id: newId(), version: 1, status: 'active' as const, ...person });
  }
}
