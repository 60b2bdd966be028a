import {
  applicationApproved,
  applicationBoothSwapped,
  applicationConfirmed,
  applicationEndorsed,
  applicationEndorsementWithdrawn,
  applicationPayByExtended,
  applicationReallocated,
  applicationReallocationRefused,
  applicationRejected,
  applicationReleased,
  applicationReturned,
  applicationSubmitted,
  applicationWithdrawn,
  type AreaType,
  type BoothType,
} from '@ciep/contracts';
import { Aggregate, chineseDate, daysAfter, newId } from '@ciep/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import {
  AlreadyEndorsed,
  BoothUnsuitable,
  CorrectionTimePast,
  EndorsedByOverride,
  EndorsementBinds,
  NeedsNoEndorsement,
  NotEndorsed,
  NothingToWithdraw,
  PayByTooEarly,
} from './application.errors.js';
import {
  applicantMoves,
  courseOfThings,
  needsEndorsement,
  organizerMoves,
  partnerMoves,
  type ApplicationEvent,
  type ApplicationStatus,
  type CandidateBooth,
  type Contact,
  type Correction,
  type Exhibit,
  type ExhibitorKind,
  type HeldBooth,
  type Side,
  type TimelineEntry,
} from './application.rules.js';

/** What the applicant fills in. */
export type ApplicationForm = Pick<
  Application,
  | 'boardId'
  | 'externalRef'
  | 'areaType'
  | 'regionCode'
  | 'exhibitorKind'
  | 'fasciaZh'
  | 'fasciaEn'
  | 'exhibits'
  | 'contact'
  | 'wishedBoothType'
  | 'wishedAreaDm2'
>;

/** What an application gave up: a place of its region (or one beyond the places), and a booth. */
export interface GivenUp {
  readonly applicationId: string;
  readonly editionId: string;
  readonly regionCode: string | null;
  readonly endorsement: 'region' | 'override' | null;
  readonly hasBooth: boolean;
  readonly at: Date;
}

/** The region whose places an endorsement counts against. */
export interface EndorsedRegion {
  readonly editionId: string;
  readonly regionCode: string;
}

@Entity({ name: 'applications' })
export class Application extends Aggregate {
  @PrimaryColumn('uuid') readonly id!: string;
  @Column({ type: 'int' }) readonly version!: number;
  @Column({ name: 'edition_id', type: 'uuid' }) readonly editionId!: string;
  @Column({ name: 'organisation_id', type: 'uuid' }) readonly organisationId!: string;
  @Column({ name: 'board_id', type: 'uuid' }) boardId!: string;
  @Column({ name: 'external_ref', type: 'text', nullable: true }) externalRef!: string | null;
  @Column({ type: 'text', nullable: true }) number!: string | null;
  @Column({ type: 'text' }) status!: ApplicationStatus;
  @Column({ name: 'is_handed_in', type: 'boolean' }) isHandedIn!: boolean;
  @Column({ name: 'is_late', type: 'boolean' }) isLate!: boolean;
  @Column({ name: 'area_type', type: 'text', nullable: true }) areaType!: AreaType | null;
  @Column({ name: 'region_code', type: 'text', nullable: true }) regionCode!: string | null;
  @Column({ name: 'exhibitor_kind', type: 'text', nullable: true }) exhibitorKind!: ExhibitorKind | null;
  @Column({ name: 'fascia_zh', type: 'text', nullable: true }) fasciaZh!: string | null;
  @Column({ name: 'fascia_en', type: 'text', nullable: true }) fasciaEn!: string | null;
  @Column({ type: 'jsonb' }) exhibits!: readonly Exhibit[];
  @Column({ type: 'jsonb', nullable: true }) contact!: Contact | null;
  @Column({ name: 'wished_booth_type', type: 'text', nullable: true }) wishedBoothType!: BoothType | null;
  @Column({ name: 'wished_area_dm2', type: 'int', nullable: true }) wishedAreaDm2!: number | null;
  @Column({ name: 'submitted_at', type: 'timestamptz', nullable: true }) submittedAt!: Date | null;
  @Column({ name: 'correct_by', type: 'timestamptz', nullable: true }) correctBy!: Date | null;
  @Column({ type: 'jsonb' }) corrections!: readonly Correction[];
  @Column({ name: 'rejection_reason', type: 'text', nullable: true }) rejectionReason!: string | null;
  @Column({ type: 'text', nullable: true }) endorsement!: 'region' | 'override' | null;
  @Column({ name: 'endorsement_reason', type: 'text', nullable: true }) endorsementReason!: string | null;
  @Column({ type: 'jsonb', nullable: true }) booth!: HeldBooth | null;
  @Column({ name: 'pay_by', type: 'date', nullable: true }) payBy!: string | null;
  @Column({ name: 'paid_invoice_id', type: 'uuid', nullable: true }) paidInvoiceId!: string | null;
  @Column({ name: 'seal_verified_at', type: 'timestamptz', nullable: true }) sealVerifiedAt!: Date | null;
  @Column({ name: 'release_reason', type: 'text', nullable: true }) releaseReason!: 'overdue' | 'organizer' | null;
  @Column({ name: 'release_note', type: 'text', nullable: true }) releaseNote!: string | null;
  @Column({ type: 'jsonb' }) timeline!: readonly TimelineEntry[];

  static draft(editionId: string, organisationId: string, form: ApplicationForm, now: Date): Application {
    const application = Object.assign(new Application(), {
      id: newId(),
      version: 1,
      editionId,
      organisationId,
      ...form,
      number: null,
      status: 'draft',
      isHandedIn: false,
      isLate: false,
      submittedAt: null,
      correctBy: null,
      corrections: [],
      rejectionReason: null,
      endorsement: null,
      endorsementReason: null,
      booth: null,
      payBy: null,
      paidInvoiceId: null,
      sealVerifiedAt: null,
      releaseReason: null,
      releaseNote: null,
      timeline: [],
    } satisfies Partial<Application>);
    application.note(now, 'drafted', 'applicant');
    return application;
  }

  /** Whether a correction that was asked for may still be handed in (docs/rules.md#correction). */
  mayStillBeCorrected(now: Date): boolean {
    return this.status === 'returned' && this.correctBy !== null && now < this.correctBy;
  }

  edit(changes: Partial<ApplicationForm>): void {
    applicantMoves.next(this.status, 'edit');
    const { boardId, regionCode, areaType } = this;
    Object.assign(this, changes);
    const isElsewhere = boardId !== this.boardId || regionCode !== this.regionCode || areaType !== this.areaType;
    if (this.endorsement !== null && isElsewhere) throw new EndorsementBinds();
  }

  /** Hands it in, for the first time under a new number. Completeness and time are judged before. */
  submit(number: string, isLate: boolean, now: Date): void {
    this.status = applicantMoves.next(this.status, 'submit');
    this.number ??= number;
    this.isHandedIn = true;
    this.isLate ||= isLate;
    this.submittedAt = now;
    this.correctBy = null;
    this.corrections = [];
    this.note(now, 'submitted', 'applicant');
    this.record(applicationSubmitted({ ...this.named, areaType: this.areaType ?? 'general', late: this.isLate }));
  }

  withdraw(now: Date): GivenUp {
    this.status = applicantMoves.next(this.status, 'withdraw');
    this.note(now, 'withdrawn', 'applicant');
    if (this.isHandedIn) this.record(applicationWithdrawn(this.named));
    return this.giveUp(now);
  }

  /** The three moves of an endorsement answer the region whose places are counted. */
  endorse(now: Date): EndorsedRegion {
    partnerMoves.next(this.status, 'endorse');
    this.takePlace('region', null);
    this.note(now, 'endorsed', 'partner');
    this.record(applicationEndorsed({ ...this.named, byOverride: false }));
    return this.region;
  }

  overrideEndorsement(reason: string, now: Date): EndorsedRegion {
    organizerMoves.next(this.status, 'override_endorsement');
    this.takePlace('override', reason);
    this.note(now, 'endorsed_by_override', 'organizer');
    this.record(applicationEndorsed({ ...this.named, byOverride: true }));
    return this.region;
  }

  withdrawEndorsement(now: Date): EndorsedRegion {
    partnerMoves.next(this.status, 'withdraw_endorsement');
    if (this.endorsement === null) throw new NothingToWithdraw();
    if (this.endorsement === 'override') throw new EndorsedByOverride();
    this.endorsement = null;
    this.note(now, 'endorsement_withdrawn', 'partner');
    this.record(applicationEndorsementWithdrawn(this.named));
    return this.region;
  }

  return(corrections: readonly Correction[], correctBy: Date, now: Date): void {
    this.status = organizerMoves.next(this.status, 'return');
    if (correctBy <= now) throw new CorrectionTimePast();
    this.corrections = corrections;
    this.correctBy = correctBy;
    this.note(now, 'returned', 'organizer');
    this.record(applicationReturned({ ...this.named, correctBy: correctBy.toISOString() }));
  }

  reject(reason: string, now: Date): GivenUp {
    this.status = organizerMoves.next(this.status, 'reject');
    this.rejectionReason = reason;
    this.correctBy = null;
    this.note(now, 'rejected', 'organizer');
    this.record(applicationRejected(this.named));
    return this.giveUp(now);
  }

  approve(booth: CandidateBooth, allocationId: string, payBy: string, now: Date): HeldBooth {
    this.status = organizerMoves.next(this.status, 'approve');
    if (needsEndorsement(this) && this.endorsement === null) throw new NotEndorsed();
    this.mustSuit(booth);
    if (payBy < chineseDate(now)) throw new PayByTooEarly(chineseDate(now));
    const held = this.take(booth, allocationId);
    this.payBy = payBy;
    this.note(now, 'approved', 'organizer');
    this.record(applicationApproved({ ...this.named, ...held, payBy }));
    return held;
  }

  /** Another booth of the same kind and price; a seal on the agreement about the old one counts no more (docs/rules.md#booth-swap). */
  swapBooth(booth: CandidateBooth, allocationId: string, now: Date): HeldBooth {
    organizerMoves.next(this.status, 'swap_booth');
    const before = this.heldBooth;
    if (booth.boothId === before.boothId) throw new BoothUnsuitable('same');
    this.mustSuit(booth);
    if (booth.boothType !== before.boothType) throw new BoothUnsuitable('other_type');
    if (booth.areaDm2 !== before.areaDm2) throw new BoothUnsuitable('other_size');
    const held = this.take(booth, allocationId);
    this.sealVerifiedAt = null;
    this.note(now, 'booth_swapped', 'organizer');
    this.record(applicationBoothSwapped({ ...this.named, ...held }));
    return held;
  }

  extendPayBy(payBy: string, now: Date): void {
    organizerMoves.next(this.status, 'extend_pay_by');
    if (this.payBy !== null && payBy <= this.payBy) throw new PayByTooEarly(daysAfter(this.payBy, 1));
    if (payBy < chineseDate(now)) throw new PayByTooEarly(chineseDate(now));
    this.payBy = payBy;
    this.note(now, 'pay_by_extended', 'organizer');
    this.record(applicationPayByExtended({ ...this.named, payBy }));
  }

  release(note: string, now: Date): GivenUp {
    this.status = organizerMoves.next(this.status, 'release');
    return this.released('organizer', note, 'organizer', now);
  }

  /** Whether money is still to come for the booth. */
  get awaitsPayment(): boolean {
    return this.status === 'approved' && this.paidInvoiceId === null;
  }

  /** An invoice that was due on an earlier day than the present one is out of date: the facts of two services may cross. */
  isOverdue(dueOn: string): boolean {
    return this.awaitsPayment && (this.payBy === null || this.payBy <= dueOn);
  }

  /** The invoice is overdue; nothing happens when it was paid after all, or when the organizer has given more time since. */
  lapse(dueOn: string, now: Date): GivenUp | undefined {
    if (!this.isOverdue(dueOn)) return undefined;
    this.status = courseOfThings.next(this.status, 'lapse');
    return this.released('overdue', null, 'system', now);
  }

  /** The money is there; with the seal it makes the booth the exhibitor's own (docs/rules.md#confirmation). */
  notePaid(invoiceId: string, now: Date): void {
    if (!this.awaitsPayment) return;
    this.paidInvoiceId = invoiceId;
    this.note(now, 'paid', 'system');
    this.confirmWhenComplete(now);
  }

  noteSealVerified(now: Date): void {
    if (this.status !== 'approved' || this.sealVerifiedAt !== null) return;
    this.sealVerifiedAt = now;
    this.note(now, 'seal_verified', 'organizer');
    this.confirmWhenComplete(now);
  }

  /** Money came after the release and the booth, and the place of the region, were still free. */
  reallocate(invoiceId: string, allocationId: string, now: Date): void {
    this.status = courseOfThings.next(this.status, 'reallocate');
    const held = this.take(this.heldBooth, allocationId);
    if (needsEndorsement(this)) this.endorsement = this.formerEndorsement;
    this.paidInvoiceId = invoiceId;
    this.releaseReason = null;
    this.releaseNote = null;
    this.note(now, 'reallocated', 'system');
    this.record(applicationReallocated({ ...this.named, ...held, invoiceId }));
    this.confirmWhenComplete(now);
  }

  refuseReallocation(invoiceId: string, now: Date): void {
    this.note(now, 'reallocation_refused', 'system');
    this.record(applicationReallocationRefused({ ...this.named, invoiceId }));
  }

  /** How it was endorsed before its place was freed: an override is not counted again. */
  get formerEndorsement(): 'region' | 'override' {
    return this.endorsementReason === null ? 'region' : 'override';
  }

  /** What the agreement says about the applicant. */
  get party() {
    const { number, fasciaZh, fasciaEn, contact } = this;
    if (number === null || fasciaZh === null || fasciaEn === null || contact === null)
      throw new Error(`application ${this.id} is incomplete`);
    return { ...this.named, applicationNumber: number, fasciaName: { zh: fasciaZh, en: fasciaEn }, contact };
  }

  private mustSuit({ boardId, areaType }: CandidateBooth): void {
    if (boardId !== this.boardId) throw new BoothUnsuitable('other_board');
    if (areaType !== this.areaType) throw new BoothUnsuitable('other_area');
  }

  private get named() {
    const { id, editionId, organisationId, boardId, regionCode } = this;
    return { applicationId: id, editionId, organisationId, boardId, regionCode };
  }

  private get region(): EndorsedRegion {
    const { editionId, regionCode } = this;
    if (regionCode === null) throw new NeedsNoEndorsement();
    return { editionId, regionCode };
  }

  private get heldBooth(): HeldBooth {
    if (this.booth === null) throw new Error(`application ${this.id} is ${this.status} without a booth`);
    return this.booth;
  }

  private takePlace(by: 'region' | 'override', reason: string | null): void {
    if (!needsEndorsement(this)) throw new NeedsNoEndorsement();
    if (this.endorsement !== null) throw new AlreadyEndorsed(this.endorsement);
    this.endorsement = by;
    this.endorsementReason = reason;
  }

  private take({ boothId, boothNumber, boothType, areaDm2 }: Omit<HeldBooth, 'allocationId'>, allocationId: string): HeldBooth {
    this.booth = { allocationId, boothId, boothNumber, boothType, areaDm2 };
    return this.booth;
  }

  private giveUp(at: Date): GivenUp {
    const { id, editionId, regionCode, endorsement } = this;
    this.endorsement = null;
    return { applicationId: id, editionId, regionCode, endorsement, hasBooth: this.booth !== null, at };
  }

  private released(reason: 'overdue' | 'organizer', note: string | null, by: Side, now: Date): GivenUp {
    this.releaseReason = reason;
    this.releaseNote = note;
    // What had been paid is credit now; only new money brings the booth back.
    this.paidInvoiceId = null;
    this.note(now, 'released', by);
    this.record(applicationReleased({ ...this.named, reason }));
    return this.giveUp(now);
  }

  private confirmWhenComplete(now: Date): void {
    if (this.paidInvoiceId === null || this.sealVerifiedAt === null) return;
    this.status = courseOfThings.next(this.status, 'confirm');
    this.note(now, 'confirmed', 'system');
    const { boothId, boothNumber, boothType, areaDm2 } = this.heldBooth;
    this.record(applicationConfirmed({ ...this.named, boothId, boothNumber, boothType, areaDm2 }));
  }

  private note(now: Date, what: ApplicationEvent, by: Side): void {
    this.timeline = [...this.timeline, { at: now.toISOString(), what, by, status: this.status }];
  }
}
