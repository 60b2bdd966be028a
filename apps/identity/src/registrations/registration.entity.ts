import { verificationRequested, type Role, type VerificationPurpose } from '@ciep/contracts';
import { Aggregate, newId, type Language } from '@ciep/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { AlreadyRegistered, LinkExpired, LinkReplaced, LinkUsed, PasswordMissing } from './registration.errors.js';

/** Who registers. */
export interface Registrant {
  /** In lower case. */
  readonly mail: string;
  readonly name: string;
  readonly phone: string;
  readonly language: Language;
}

/**
 * One filled-in registration form, waiting for the proof of its mail address. Several may wait for the same address: the first
 * whose link is pressed becomes the account, with the data and the password of that form (docs/rules.md#registration).
 */
@Entity({ name: 'registrations' })
export class Registration extends Aggregate {
  @PrimaryColumn({ name: 'id', type: 'uuid' }) id!: string;
  @Column({ name: 'version', type: 'int' }) version!: number;
  @Column({ name: 'status', type: 'text' }) status!: 'open' | 'verified';
  @Column({ name: 'purpose', type: 'text' }) purpose!: VerificationPurpose;
  /** The organisation that waits with it; null when address or organisation had an account already. */
  @Column({ name: 'organisation_id', type: 'uuid', nullable: true }) organisationId!: string | null;
  @Column({ name: 'mail', type: 'text' }) mail!: string;
  @Column({ name: 'name', type: 'text' }) name!: string;
  @Column({ name: 'phone', type: 'text' }) phone!: string;
  @Column({ name: 'language', type: 'text' }) language!: Language;
  /** What the person becomes. */
  @Column({ name: 'role', type: 'text' }) role!: Role & ('organisation_admin' | 'platform_admin');
  /** Null where the person chooses a password with the link. */
  @Column({ name: 'password_hash', type: 'text', nullable: true }) passwordHash!: string | null;
  /** How many links were mailed; only the newest works. */
  @Column({ name: 'links', type: 'int' }) links!: number;
  @Column({ name: 'expires_at', type: 'timestamptz' }) expiresAt!: Date;

  /** A new form: its address must be proven. */
  static open(registrant: Registrant & { organisationId: string; passwordHash: string }, expiresAt: Date): Registration {
    return Registration.of({ ...registrant, purpose: 'registration', role: 'organisation_admin', expiresAt });
  }

  /** An operator names an administrator of the platform, who chooses a password with the link (docs/runbook.md#first-administrator). */
  static invite({ mail, name, phone, language, organisationId }: Registrant & { organisationId: string }, expiresAt: Date): Registration {
    const person = { mail, name, phone, language, organisationId, passwordHash: null };
    return Registration.of({ ...person, purpose: 'registration', role: 'platform_admin', expiresAt });
  }

  /** Address or organisation has an account: only the mail says so, the answer does not. */
  static repeated(registrant: Registrant, expiresAt: Date): Registration {
    const nothing = { organisationId: null, passwordHash: null, role: 'organisation_admin' as const };
    return Registration.of({ ...registrant, ...nothing, purpose: 'already_registered', expiresAt });
  }

  /** Mails a new link; the old one no longer works. A registration that is verified needs none. */
  renewLink(expiresAt: Date): void {
    if (this.status === 'verified') return;
    this.links += 1;
    this.expiresAt = expiresAt;
    this.record(verificationRequested({ verificationId: this.id, purpose: this.purpose }));
  }

  /** Refuses a link that leads nowhere any more. */
  checkLink(link: number, at: Date): void {
    if (this.status === 'verified') throw new LinkUsed();
    if (link !== this.links) throw new LinkReplaced();
    if (at >= this.expiresAt) throw new LinkExpired();
    if (this.purpose === 'already_registered') throw new AlreadyRegistered();
  }

  /** The link was pressed: hands over what the account is made of. `chosen` is the hash of the password of who was invited. */
  verify(link: number, at: Date, chosen: string | null = null): Registrant & { organisationId: string; passwordHash: string; role: Role } {
    this.checkLink(link, at);
    const { organisationId, mail, name, phone, language, role } = this;
    if (organisationId === null) throw new AlreadyRegistered();
    const passwordHash = this.passwordHash ?? chosen;
    if (passwordHash === null) throw new PasswordMissing();
    this.status = 'verified';
    this.passwordHash = null;
    return { organisationId, mail, name, phone, language, passwordHash, role };
  }

  private static of(
    data: Pick<Registration, 'organisationId' | 'mail' | 'name' | 'phone' | 'language' | 'role' | 'passwordHash' | 'purpose' | 'expiresAt'>,
  ): Registration {
    const registration = Object.assign(new Registration(), { id: newId(), version: 1, status: 'open' as const, links: 1, ...data });
    registration.record(verificationRequested({ verificationId: registration.id, purpose: registration.purpose }));
    return registration;
  }
}
