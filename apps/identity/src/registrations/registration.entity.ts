import { verificationRequested, type Role, type VerificationPurpose } from '@ciep/contracts';
import { Aggregate, newId, normalMail, type Language } from '@ciep/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { AlreadyRegistered, LinkExpired, LinkReplaced, LinkUsed } from './registration.errors.js';

/** The registering person. */
export interface Registrant {
  /** As it was typed. */
  readonly mail: string;
  readonly name: string;
  readonly phone: string;
  readonly language: Language;
}

/**
 * A submitted registration form that waits for verification of its mail address. Several may wait for one address: the first to be
 * verified becomes the account, with the data of that form and the password chosen on verification (docs/rules.md#registration).
 */
@Entity({ name: 'registrations' })
export class Registration extends Aggregate {
  @PrimaryColumn({ type: 'uuid' }) id!: string;
  @Column({ type: 'int' }) version!: number;
  @Column({ type: 'text' }) status!: 'open' | 'verified';
  @Column({ type: 'text' }) purpose!: VerificationPurpose;
  /** The organisation that waits with it; null if address or organisation already had an account. */
  @Column({ type: 'uuid', nullable: true }) organisationId!: string | null;
  @Column({ type: 'text' }) mail!: string;
  /** Its normal form. */
  @Column({ type: 'text' }) mailKey!: string;
  @Column({ type: 'text' }) name!: string;
  @Column({ type: 'text' }) phone!: string;
  @Column({ type: 'text' }) language!: Language;
  /** The role that the person gets. */
  @Column({ type: 'text' }) role!: Role & ('organisation_admin' | 'platform_admin');
  /** Number of mailed links; only the newest is valid. */
  @Column({ type: 'int' }) links!: number;
  @Column({ type: 'timestamptz' }) expiresAt!: Date;

  /** A new form, whose address must be verified. */
  static open(registrant: Registrant & { organisationId: string }, expiresAt: Date): Registration {
    return Registration.of({ ...registrant, purpose: 'registration', role: 'organisation_admin', expiresAt });
  }

  /** An operator names an administrator of the platform (docs/runbook.md#first-administrator). */
  static invite(registrant: Registrant & { organisationId: string }, expiresAt: Date): Registration {
    return Registration.of({ ...registrant, purpose: 'registration', role: 'platform_admin', expiresAt });
  }

  /** Address or organisation already has an account; only the mail shows it, not the answer. */
  static repeated(registrant: Registrant, expiresAt: Date): Registration {
    return Registration.of({ ...registrant, organisationId: null, role: 'organisation_admin', purpose: 'already_registered', expiresAt });
  }

  /** Mails a new link and invalidates the old one. No effect once the registration is verified. */
  renewLink(expiresAt: Date): void {
    if (this.status === 'verified') return;
    this.links += 1;
    this.expiresAt = expiresAt;
    this.record(verificationRequested({ verificationId: this.id, purpose: this.purpose }));
  }

  /** Refuses an invalid link. */
  checkLink(link: number, at: Date): void {
    if (this.status === 'verified') throw new LinkUsed();
    if (link !== this.links) throw new LinkReplaced();
    if (at >= this.expiresAt) throw new LinkExpired();
    if (this.purpose === 'already_registered') throw new AlreadyRegistered();
  }

  /** Verifies the registration; returns the data of the account. */
  verify(link: number, at: Date): Registrant & { organisationId: string; role: Role } {
    this.checkLink(link, at);
    const { organisationId, mail, name, phone, language, role } = this;
    if (organisationId === null) throw new AlreadyRegistered();
    this.status = 'verified';
    return { organisationId, mail, name, phone, language, role };
  }

  private static of({
    mail,
    name,
    phone,
    language,
    ...data
  }: Registrant & Pick<Registration, 'organisationId' | 'role' | 'purpose' | 'expiresAt'>): Registration {
    const person = { mail, mailKey: normalMail(mail), name, phone, language };
    const registration = Object.assign(new Registration(), {
      id: newId(),
      version: 1,
      status: 'open' as const,
      links: 1,
      ...person,
      ...data,
    });
    registration.record(verificationRequested({ verificationId: registration.id, purpose: registration.purpose }));
    return registration;
  }
}
