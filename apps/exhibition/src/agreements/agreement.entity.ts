import { agreementGenerated, agreementSealRefused, agreementSealVerified } from '@ciep/contracts';
import { Aggregate, chineseDate } from '@ciep/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { DateInFuture, TooManyScans } from './agreement.errors.js';
import {
  automaticMoves,
  exhibitorMoves,
  mostScans,
  organizerMoves,
  type AgreedBooth,
  type AgreementStatus,
  type AgreementText,
  type Exhibitor,
  type Scan,
  type ScanVerdict,
} from './agreement.rules.js';

/** The party to an agreement. */
export interface Party extends Exhibitor {
  readonly applicationId: string;
  readonly editionId: string;
  readonly organisationId: string;
  readonly boardId: string;
  readonly regionCode: string | null;
}

/** The booth confirmation agreement (展位确认协议) of an application, under the same id: its texts, stamped scans and posted original. */
@Entity({ name: 'agreements' })
export class Agreement extends Aggregate {
  @PrimaryColumn('uuid') readonly id!: string;
  @Column({ type: 'int' }) readonly version!: number;
  @Column({ type: 'uuid' }) readonly editionId!: string;
  @Column({ type: 'uuid' }) readonly organisationId!: string;
  @Column({ type: 'uuid' }) readonly boardId!: string;
  @Column({ type: 'text', nullable: true }) readonly regionCode!: string | null;
  @Column({ type: 'text' }) status!: AgreementStatus;
  @Column({ type: 'jsonb' }) texts!: readonly AgreementText[];
  @Column({ type: 'jsonb' }) scans!: readonly Scan[];
  @Column({ type: 'text', nullable: true }) trackingNumber!: string | null;
  @Column({ type: 'date', nullable: true }) postedOn!: string | null;
  @Column({ type: 'date', nullable: true }) receivedOn!: string | null;

  static generate(party: Party, booth: AgreedBooth, now: Date): Agreement {
    const { applicationId: id, editionId, organisationId, boardId, regionCode } = party;
    const blank = { status: 'awaiting_scan', texts: [], scans: [], trackingNumber: null, postedOn: null, receivedOn: null } as const;
    const agreement = Object.assign(new Agreement(), { id, version: 1, editionId, organisationId, boardId, regionCode, ...blank });
    agreement.write(party, booth, now);
    return agreement;
  }

  get textVersion(): number {
    return this.texts.at(-1)?.textVersion ?? 0;
  }

  /** A new text for another booth; earlier stamps and posted originals belong to the old booth (docs/rules.md#booth-swap). */
  regenerate(party: Exhibitor, booth: AgreedBooth, now: Date): void {
    this.status = automaticMoves.next(this.status, 'regenerate');
    this.scans = this.scans.map(scan => (scan.verdict === 'refused' ? scan : { ...scan, verdict: 'superseded' }));
    this.trackingNumber = null;
    this.postedOn = null;
    this.receivedOn = null;
    this.write(party, booth, now);
  }

  addScan(file: Pick<Scan, 'id' | 'fileKey' | 'mediaType' | 'size' | 'sha256'>, now: Date): void {
    this.status = exhibitorMoves.next(this.status, 'add_scan');
    if (this.scans.length >= mostScans) throw new TooManyScans();
    const scan: Scan = {
      ...file,
      textVersion: this.textVersion,
      uploadedAt: now.toISOString(),
      verdict: 'pending',
      decidedAt: null,
      reason: null,
    };
    this.scans = [...this.scans.map(older => (older.verdict === 'pending' ? { ...older, verdict: 'superseded' as const } : older)), scan];
  }

  logPosting(trackingNumber: string, postedOn: string, now: Date): void {
    exhibitorMoves.next(this.status, 'log_posting');
    if (postedOn > chineseDate(now)) throw new DateInFuture('/postedOn');
    this.trackingNumber = trackingNumber;
    this.postedOn = postedOn;
  }

  logReceipt(receivedOn: string, now: Date): void {
    organizerMoves.next(this.status, 'log_receipt');
    if (receivedOn > chineseDate(now)) throw new DateInFuture('/receivedOn');
    this.receivedOn = receivedOn;
  }

  verifySeal(now: Date): void {
    this.status = organizerMoves.next(this.status, 'verify_seal');
    this.decide('verified', null, now);
    this.record(agreementSealVerified(this.named));
  }

  refuseSeal(reason: string, now: Date): void {
    this.status = organizerMoves.next(this.status, 'refuse_seal');
    this.decide('refused', reason, now);
    this.record(agreementSealRefused(this.named));
  }

  close(): void {
    this.status = automaticMoves.next(this.status, 'close');
  }

  /** The booth was restored, so signing continues from the former status. */
  reopen(): void {
    automaticMoves.next(this.status, 'reopen');
    const standing: Readonly<Record<ScanVerdict, AgreementStatus>> = {
      pending: 'scan_uploaded',
      verified: 'seal_verified',
      refused: 'seal_refused',
      superseded: 'awaiting_scan',
    };
    const latest = this.scans.filter(({ textVersion }) => textVersion === this.textVersion).at(-1);
    this.status = latest ? standing[latest.verdict] : 'awaiting_scan';
  }

  private get named() {
    const { id, editionId, organisationId, boardId, regionCode, textVersion } = this;
    return { agreementId: id, agreementVersion: textVersion, applicationId: id, editionId, organisationId, boardId, regionCode };
  }

  private write(
    { applicationNumber, organisation = null, fasciaName, contact }: Exhibitor,
    { boothId, boothNumber, boothType, areaDm2 }: AgreedBooth,
    now: Date,
  ): void {
    const text: AgreementText = {
      textVersion: this.textVersion + 1,
      generatedAt: now.toISOString(),
      applicationNumber,
      organisation,
      fasciaName,
      contact,
      booth: { boothId, boothNumber, boothType, areaDm2 },
    };
    this.texts = [...this.texts, text];
    this.record(agreementGenerated(this.named));
  }

  private decide(verdict: 'verified' | 'refused', reason: string | null, now: Date): void {
    this.scans = this.scans.map(scan => (scan.verdict === 'pending' ? { ...scan, verdict, decidedAt: now.toISOString(), reason } : scan));
  }
}
