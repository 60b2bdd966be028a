import { organisationActivated, organisationRegistered, organisationRenamed } from '@ciep/contracts';
import { Aggregate, newId, type Language, type LocalizedText } from '@ciep/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { OrganisationNotActive } from './organisation.errors.js';
import { identifierKeyOf, type ProvenForm } from './organisation.rules.js';

export const organisationStates = ['pending_verification', 'active'] as const;
export type OrganisationState = (typeof organisationStates)[number];

/** The contact of an organisation. */
export interface Contact {
  readonly name: string;
  readonly phone: string;
  readonly mail: string;
  readonly language: Language;
}

interface Particulars {
  readonly id?: string;
  readonly name: LocalizedText;
  readonly kind: string;
  readonly identity: ProvenForm;
  readonly contact: Contact;
}

/** A participating body: it registers itself, or is set up with the platform (organizer, partner units, undertakers). */
@Entity({ name: 'organisations' })
export class Organisation extends Aggregate {
  @PrimaryColumn({ type: 'uuid' }) id!: string;
  @Column({ type: 'int' }) version!: number;
  @Column({ type: 'text' }) status!: OrganisationState;
  @Column({ type: 'text' }) origin!: 'mainland' | 'foreign';
  @Column({ type: 'text' }) kind!: string;
  @Column({ type: 'text' }) nameZh!: string;
  @Column({ type: 'text' }) nameEn!: string;
  @Column({ type: 'text', nullable: true }) creditCode!: string | null;
  @Column({ type: 'text', nullable: true }) identifierScheme!: string | null;
  @Column({ type: 'text', nullable: true }) identifierValue!: string | null;
  /** Scheme and value in their normal form; unique in its country. */
  @Column({ type: 'text', nullable: true }) identifierKey!: string | null;
  @Column({ type: 'text' }) country!: string;
  @Column({ type: 'text', nullable: true }) regionCode!: string | null;
  /** The region whose partner unit this organisation is; null for all others. */
  @Column({ type: 'text', nullable: true }) partnerRegion!: string | null;
  /** Why it became a partner unit, or no longer is one; for the audit trail. */
  @Column({ type: 'text', nullable: true }) partnerReason!: string | null;
  @Column({ type: 'text' }) contactName!: string;
  @Column({ type: 'text' }) contactPhone!: string;
  @Column({ type: 'text' }) contactMail!: string;
  @Column({ type: 'text' }) contactLanguage!: Language;
  @Column({ type: 'timestamptz', nullable: true }) activatedAt!: Date | null;

  /** A person submitted the form; nothing is verified yet. */
  static register(particulars: Particulars): Organisation {
    const organisation = Organisation.of(particulars, { status: 'pending_verification', activatedAt: null, partnerRegion: null });
    organisation.record(organisationRegistered(organisation.eventFields()));
    return organisation;
  }

  /** An organisation that is set up with the platform and needs no verification. */
  static establish(particulars: Particulars & { partnerRegion?: string | null }, at: Date): Organisation {
    const organisation = Organisation.of(particulars, {
      status: 'active',
      activatedAt: at,
      partnerRegion: particulars.partnerRegion ?? null,
    });
    organisation.record(organisationActivated(organisation.eventFields()));
    return organisation;
  }

  /** The mail address of its contact is verified. No effect if it is already active. */
  activate(at: Date): void {
    if (this.status === 'active') return;
    this.status = 'active';
    this.activatedAt = at;
    this.record(organisationActivated(this.eventFields()));
  }

  /** Name and contact may change; identity, kind and region may not. */
  changeProfile(change: { name?: LocalizedText | undefined; contact?: Partial<Omit<Contact, 'mail'>> | undefined }): void {
    const { zh, en } = change.name ?? { zh: this.nameZh, en: this.nameEn };
    const isRenamed = zh !== this.nameZh || en !== this.nameEn;
    this.nameZh = zh;
    this.nameEn = en;
    if (isRenamed) this.record(organisationRenamed(this.eventFields()));
    this.contactName = change.contact?.name ?? this.contactName;
    this.contactPhone = change.contact?.phone ?? this.contactPhone;
    this.contactLanguage = change.contact?.language ?? this.contactLanguage;
  }

  /** Makes it the partner unit of a region, or of none any more (docs/rules.md#partner-units). */
  appointPartner(regionCode: string | null, reason: string): void {
    if (this.status !== 'active') throw new OrganisationNotActive();
    if (regionCode === this.partnerRegion) return;
    this.partnerRegion = regionCode;
    this.partnerReason = reason;
  }

  private static of(particulars: Particulars, state: Pick<Organisation, 'status' | 'activatedAt' | 'partnerRegion'>): Organisation {
    const { id = newId(), name, kind, identity, contact } = particulars;
    return Object.assign(new Organisation(), {
      id,
      version: 1,
      kind,
      nameZh: name.zh,
      nameEn: name.en,
      origin: identity.origin,
      creditCode: identity.creditCode,
      identifierScheme: identity.identifier?.scheme ?? null,
      identifierValue: identity.identifier?.value ?? null,
      identifierKey: identity.identifier && identifierKeyOf(identity.identifier),
      country: identity.country,
      regionCode: identity.regionCode,
      partnerReason: null,
      contactName: contact.name,
      contactPhone: contact.phone,
      contactMail: contact.mail,
      contactLanguage: contact.language,
      ...state,
    });
  }

  private eventFields() {
    const { id: organisationId, origin, kind, regionCode, nameZh: zh, nameEn: en, creditCode, identifierScheme, identifierValue } = this;
    const registerNumber = identifierScheme === null ? null : `${identifierScheme} ${identifierValue}`;
    return { organisationId, origin, kind, regionCode, name: { zh, en }, creditCode, registerNumber };
  }
}
