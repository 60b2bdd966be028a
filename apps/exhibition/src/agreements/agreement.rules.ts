import type { BoothType } from '@ciep/contracts';
import { lifecycle, type LocalizedText } from '@ciep/kernel';
import type { LegalOrganisation } from '../applications/known-organisations.queries.js';

/** The signing status of an agreement. `closed`: the application no longer holds a booth. */
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

/** The effect of an ended application on its agreement. */
export const automaticMoves = lifecycle<AgreementStatus, 'regenerate' | 'close' | 'reopen'>('agreement', {
  regenerate: { from: ['awaiting_scan', 'scan_uploaded', 'seal_verified', 'seal_refused'], to: 'awaiting_scan' },
  close: { from: ['awaiting_scan', 'scan_uploaded', 'seal_verified', 'seal_refused'], to: 'closed' },
  reopen: { from: ['closed'], to: 'same' },
});

/** The booth of the agreement. */
export interface AgreedBooth {
  readonly boothId: string;
  readonly boothNumber: string;
  readonly boothType: BoothType;
  readonly areaDm2: number;
}

/** The exhibitor as named in the agreement. */
export interface Exhibitor {
  /** Party B; null, or missing in older texts, where only the fascia name was known. */
  readonly organisation?: LegalOrganisation | null;
  readonly applicationNumber: string;
  readonly fasciaName: LocalizedText;
  readonly contact: { readonly name: string; readonly phone: string; readonly mail: string };
}

/** One version of the text, complete: rendering it again gives the same document. */
export interface AgreementText extends Exhibitor {
  readonly textVersion: number;
  readonly generatedAt: string;
  readonly booth: AgreedBooth;
}

export const scanVerdicts = ['pending', 'verified', 'refused', 'superseded'] as const;
export type ScanVerdict = (typeof scanVerdicts)[number];

/** An uploaded stamped copy. */
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

/** Uploads per agreement; more indicate a fault in the caller's system. */
export const mostScans = 20;
