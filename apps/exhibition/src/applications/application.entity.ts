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
import { Aggregate, chineseDate, daysAfter, newId, normalCode } from '@ciep/kernel';
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
  PayByTooLate,
} from './application.errors.js';
import {
  applicantMoves,
  automaticMoves,
  needsEndorsement,
  organizerMoves,
  partnerMoves,
  type TimelineStep,
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

/** The applicant's form. */
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

/** What an ended application frees: a place of its region (or an override), and a booth. */
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

const keyOf = (externalRef: string | null): string | null => externalRef && normalCode(externalRef);

@Entity({ name: 'applications' })
export class Application extends Aggregate {
  @PrimaryColumn('uuid') readonly id!: string;
  @Column({ type: 'int' }) readonly version!: number;
  @Column({ type: 'uuid' }) readonly editionId!: string;
  @Column({ type: 'uuid' }) readonly organisationId!: string;
  @Column({ type: 'uuid' }) boardId!: string;
  @Column({ type: 'text', nullable: true }) externalRef!: string | null;
  /** Its normal form; unique within the organisation. */
  @Column({ type: 'text', nullable: true }) externalRefKey!: string | null;
  @Column({ type: 'text', nullable: true }) number!: string | null;
  @Column({ type: 'text' }) status!: ApplicationStatus;
  @Column({ type: 'boolean' }) isHandedIn!: boolean;
  @Column({ type: 'boolean' }) isLate!: boolean;
  @Column({ type: 'text', nullable: true }) areaType!: AreaType | null;
  @Column({ type: 'text', nullable: true }) regionCode!: string | null;
  @Column({ type: 'text', nullable: true }) exhibitorKind!: ExhibitorKind | null;
  @Column({ type: 'text', nullable: true }) fasciaZh!: string | null;
  @Column({ type: 'text', nullable: true }) fasciaEn!: string | null;
  @Column({ type: 'jsonb' }) exhibits!: readonly Exhibit[];
  @Column({ type: 'jsonb', nullable: true }) contact!: Contact | null;
  @Column({ type: 'text', nullable: true }) wishedBoothType!: BoothType | null;
  @Column({ type: 'int', nullable: true }) wishedAreaDm2!: number | null;
  @Column({ type: 'timestamptz', nullable: true }) submittedAt!: Date | null;
  @Column({ type: 'timestamptz', nullable: true }) correctBy!: Date | null;
  @Column({ type: 'jsonb' }) corrections!: readonly Correction[];
  @Column({ type: 'text', nullable: true }) rejectionReason!: string | null;
  @Column({ type: 'text', nullable: true }) endorsement!: 'region' | 'override' | null;
  @Column({ type: 'text', nullable: true }) endorsementReason!: string | null;
  @Column({ type: 'jsonb', nullable: true }) booth!: HeldBooth | null;
  @Column({ type: 'date', nullable: true }) payBy!: string | null;
  @Column({ type: 'uuid', nullable: true }) paidInvoiceId!: string | null;
  @Column({ type: 'timestamptz', nullable: true }) sealVerifiedAt!: Date | null;
  @Column({ type: 'text', nullable: true }) releaseReason!: 'overdue' | 'organizer' | null;
  @Column({ type: 'text', nullable: true }) releaseNote!: string | null;
  @Column({ type: 'jsonb' }) timeline!: readonly TimelineEntry[];

  static draft(editionId: string, organisationId: string, form: ApplicationForm, now: Date): Application {
    const application = Object.assign(new Application(), {
      id: newId(),
      version: 1,
      editionId,
      organisationId,
      ...form,
      externalRefKey: keyOf(form.externalRef),
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

  /** Whether a requested correction may still be submitted (docs/rules.md#correction). */
  mayStillBeCorrected(now: Date): boolean {
    return this.status === 'returned' && this.correctBy !== null && now < this.correctBy;
  }

  edit(changes: Partial<ApplicationForm>): void {
    applicantMoves.next(this.status, 'edit');
    const { boardId, regionCode, areaType } = this;
    Object.assign(this, changes);
    this.externalRefKey = keyOf(this.externalRef);
    const isElsewhere = boardId !== this.boardId || regionCode !== this.regionCode || areaType !== this.areaType;
    if (this.endorsement !== null && isElsewhere) throw new EndorsementBinds();
  }

  /** Submits it; the first submission sets the number. The caller has checked completeness and deadline. */
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

  /** The three endorsement methods return the region whose places are counted. */
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

  approve(booth: CandidateBooth, allocationId: string, payBy: string, now: Date, lastDayToPay?: string): HeldBooth {
    this.status = organizerMoves.next(this.status, 'approve');
    if (needsEndorsement(this) && this.endorsement === null) throw new NotEndorsed();
    this.mustSuit(booth);
    mustLeaveTimeToPay(payBy, chineseDate(now), lastDayToPay);
    const held = this.take(booth, allocationId);
    this.payBy = payBy;
    this.note(now, 'approved', 'organizer');
    this.record(applicationApproved({ ...this.named, ...held, payBy, applicationNumber: this.party.applicationNumber }));
    return held;
  }

  /** Another booth of the same kind and price; a seal on the agreement about the old booth is void (docs/rules.md#booth-swap). */
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

  extendPayBy(payBy: string, now: Date, lastDayToPay?: string): void {
    organizerMoves.next(this.status, 'extend_pay_by');
    if (this.payBy !== null && payBy <= this.payBy) throw new PayByTooEarly(daysAfter(this.payBy, 1));
    mustLeaveTimeToPay(payBy, chineseDate(now), lastDayToPay);
    this.payBy = payBy;
    this.note(now, 'pay_by_extended', 'organizer');
    this.record(applicationPayByExtended({ ...this.named, payBy }));
  }

  release(note: string, now: Date): GivenUp {
    this.status = organizerMoves.next(this.status, 'release');
    return this.released('organizer', note, 'organizer', now);
  }

  /** Whether payment for the booth is outstanding. */
  private get awaitsPayment(): boolean {
    return this.status === 'approved' && this.paidInvoiceId === null;
  }

  /**
   * The days of grace of the invoice are over. This has no effect if it was paid after all or the organizer extended the due date since: events of two
   * services may cross, so an invoice with an earlier due date is out of date.
   */
  lapse(dueOn: string, now: Date): GivenUp | undefined {
    if (!this.awaitsPayment || (this.payBy !== null && dueOn < this.payBy)) return undefined;
    this.status = automaticMoves.next(this.status, 'lapse');
    return this.released('overdue', null, 'system', now);
  }

  /** Records an outstanding payment; together with the seal it confirms the booth (docs/rules.md#confirmation). */
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

  /** The payment arrived after the release, and the booth and the place of the region were still free. */
  reallocate(invoiceId: string, allocationId: string, now: Date): void {
    this.status = automaticMoves.next(this.status, 'reallocate');
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

  /** The applicant's data in the agreement. */
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
    // An earlier payment is credit now; only new money restores the booth.
    this.paidInvoiceId = null;
    this.note(now, 'released', by);
    this.record(applicationReleased({ ...this.named, reason }));
    return this.giveUp(now);
  }

  private confirmWhenComplete(now: Date): void {
    if (this.paidInvoiceId === null || this.sealVerifiedAt === null) return;
    this.status = automaticMoves.next(this.status, 'confirm');
    this.note(now, 'confirmed', 'system');
    const { boothId, boothNumber, boothType, areaDm2 } = this.heldBooth;
    this.record(applicationConfirmed({ ...this.named, boothId, boothNumber, boothType, areaDm2 }));
  }

  private note(now: Date, what: TimelineStep, by: Side): void {
    this.timeline = [...this.timeline, { at: now.toISOString(), what, by, status: this.status }];
  }
}

function mustLeaveTimeToPay(payBy: string, today: string, latest: string | undefined): void {
  if (latest !== undefined && (payBy > latest || today > latest)) throw new PayByTooLate(latest);
  if (payBy < today) throw new PayByTooEarly(today);
}
