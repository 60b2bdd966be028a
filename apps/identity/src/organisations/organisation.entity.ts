import { organisationActivated, organisationRegistered } from '@ciep/contracts';
import { Aggregate, lifecycle, newId, type Language, type LocalizedText } from '@ciep/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ProvenForm } from './organisation.rules.js';

export const organisationStates = ['pending_verification', 'active'] as const;
export type OrganisationState = (typeof organisationStates)[number];

const life = lifecycle<OrganisationState, 'activate'>('organisation', { activate: { from: ['pending_verification'], to: 'active' } });

/** Whom the platform writes to about an organisation. */
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

/** A body that takes part: it registers itself, or is set up with the platform (organizer, partner units, undertakers). */
@Entity({ name: 'organisations' })
export class Organisation extends Aggregate {
  @PrimaryColumn({ name: 'id', type: 'uuid' }) id!: string;
  @Column({ name: 'version', type: 'int' }) version!: number;
  @Column({ name: 'status', type: 'text' }) status!: OrganisationState;
  @Column({ name: 'origin', type: 'text' }) origin!: 'mainland' | 'foreign';
  @Column({ name: 'kind', type: 'text' }) kind!: string;
  @Column({ name: 'name_zh', type: 'text' }) nameZh!: string;
  @Column({ name: 'name_en', type: 'text' }) nameEn!: string;
  @Column({ name: 'credit_code', type: 'text', nullable: true }) creditCode!: string | null;
  @Column({ name: 'identifier_scheme', type: 'text', nullable: true }) identifierScheme!: string | null;
  @Column({ name: 'identifier_value', type: 'text', nullable: true }) identifierValue!: string | null;
  @Column({ name: 'country', type: 'text' }) country!: string;
  @Column({ name: 'region_code', type: 'text', nullable: true }) regionCode!: string | null;
  /** The region whose partner unit this organisation is; null for everybody else. */
  @Column({ name: 'partner_region', type: 'text', nullable: true }) partnerRegion!: string | null;
  @Column({ name: 'contact_name', type: 'text' }) contactName!: string;
  @Column({ name: 'contact_phone', type: 'text' }) contactPhone!: string;
  @Column({ name: 'contact_mail', type: 'text' }) contactMail!: string;
  @Column({ name: 'contact_language', type: 'text' }) contactLanguage!: Language;
  @Column({ name: 'activated_at', type: 'timestamptz', nullable: true }) activatedAt!: Date | null;

  /** Somebody filled in the form; nothing is proven yet. */
  static register(particulars: Particulars): Organisation {
    const organisation = Organisation.of(particulars, { status: 'pending_verification', activatedAt: null, partnerRegion: null });
    organisation.record(organisationRegistered(organisation.told()));
    return organisation;
  }

  /** An organisation that is set up with the platform and needs no proof. */
  static establish(particulars: Particulars & { partnerRegion?: string | null }, at: Date): Organisation {
    const organisation = Organisation.of(particulars, {
      status: 'active',
      activatedAt: at,
      partnerRegion: particulars.partnerRegion ?? null,
    });
    organisation.record(organisationActivated(organisation.told()));
    return organisation;
  }

  /** The mail address of its contact is proven. */
  activate(at: Date): void {
    this.status = life.next(this.status, 'activate');
    this.activatedAt = at;
    this.record(organisationActivated(this.told()));
  }

  /** Name and contact may change; what identifies the organisation, its kind and its region may not. */
  changeProfile(change: { name?: LocalizedText | undefined; contact?: Partial<Omit<Contact, 'mail'>> | undefined }): void {
    if (change.name) {
      this.nameZh = change.name.zh;
      this.nameEn = change.name.en;
    }
    this.contactName = change.contact?.name ?? this.contactName;
    this.contactPhone = change.contact?.phone ?? this.contactPhone;
    this.contactLanguage = change.contact?.language ?? this.contactLanguage;
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
      country: identity.country,
      regionCode: identity.regionCode,
      contactName: contact.name,
      contactPhone: contact.phone,
      contactMail: contact.mail,
      contactLanguage: contact.language,
      ...state,
    });
  }

  private told() {
    return { organisationId: this.id, origin: this.origin, kind: this.kind, regionCode: this.regionCode };
  }
}
