import type { BoothType } from '@ciep/contracts';
import { lifecycle, type LocalizedText } from '@ciep/kernel';

/** Where the signing of an agreement stands. `closed`: the application holds no booth any more. */
export const agreementStatuses = ['awaiting_scan', 'scan_uploaded', 'seal_verified', 'seal_refused', 'closed'] as const;
export type AgreementStatus = (typeof agreementStatuses)[number];

/** docs/rules.md#agreement-life */
export const exhibitorMoves = lifecycle<AgreementStatus, 'add_scan' | 'log_posting'>('agreement', {
  add_scan: { from: ['awaiting_scan', 'scan_uploaded', 'seal_refused'], to: 'scan_uploaded' },
  log_posting: { from: ['awaiting_scan', 'scan_uploaded', 'seal_verified', 'seal_refused'], to: 'same' },
});

/** docs/rules.md#agreement-life */
export const organizerMoves = lifecycle<AgreementStatus, 'log_receipt' | 'verify_seal' | 'refuse_seal'>('agreement', {
  log_receipt: { from: ['awaiting_scan', 'scan_uploaded', 'seal_verified', 'seal_refused'], to: 'same' },
  verify_seal: { from: ['scan_uploaded'], to: 'seal_verified' },
  refuse_seal: { from: ['scan_uploaded'], to: 'seal_refused' },
});

/** What becomes of an agreement with its application. */
export const courseOfThings = lifecycle<AgreementStatus, 'regenerate' | 'close' | 'reopen'>('agreement', {
  regenerate: { from: ['awaiting_scan', 'scan_uploaded', 'seal_verified', 'seal_refused'], to: 'awaiting_scan' },
  close: { from: ['awaiting_scan', 'scan_uploaded', 'seal_verified', 'seal_refused'], to: 'closed' },
  reopen: { from: ['closed'], to: 'same' },
});

/** The booth that is agreed on. */
export interface AgreedBooth {
  readonly boothId: string;
  readonly boothNumber: string;
  readonly boothType: BoothType;
  readonly areaDm2: number;
}

/** The exhibitor as the agreement names it. */
export interface Exhibitor {
  readonly applicationNumber: string;
  readonly fasciaName: LocalizedText;
  readonly contact: { readonly name: string; readonly phone: string; readonly mail: string };
}

/** One version of the text, with all that it says: rendered again it gives the same document. */
export interface AgreementText extends Exhibitor {
  readonly textVersion: number;
  readonly generatedAt: string;
  readonly booth: AgreedBooth;
}

export const scanVerdicts = ['pending', 'verified', 'refused', 'superseded'] as const;
export type ScanVerdict = (typeof scanVerdicts)[number];

/** A stamped copy that was uploaded. */
export interface Scan {
  readonly id: string;
  readonly textVersion: number;
  readonly fileKey: string;
  readonly mediaType: string;
  readonly size: number;
  readonly sha256: string;
  readonly uploadedAt: string;
  readonly verdict: ScanVerdict;
  readonly decidedAt: string | null;
  readonly reason: string | null;
}

/** Uploads of one agreement; more is a mistake in the caller's system. */
export const mostScans = 20;
