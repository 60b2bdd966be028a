import type { AreaType, BoothType } from '@ciep/contracts';
import { lifecycle } from '@ciep/kernel';

/** The states of an application. `approved` holds a booth that waits for seal and payment; `confirmed` owns it. */
export const applicationStatuses = [
  'draft',
  'submitted',
  'returned',
  'approved',
  'confirmed',
  'rejected',
  'withdrawn',
  'released',
] as const;
export type ApplicationStatus = (typeof applicationStatuses)[number];

/** The roles; `allowedActions` shows each one only its own actions. */
export type Side = 'applicant' | 'partner' | 'organizer' | 'system';

/** The applicant's actions and their states (docs/rules.md#application-life). */
export const applicantMoves = lifecycle<ApplicationStatus, 'edit' | 'submit' | 'withdraw'>('application', {
  edit: { from: ['draft', 'returned'], to: 'same' },
  submit: { from: ['draft', 'returned'], to: 'submitted' },
  withdraw: { from: ['draft', 'submitted', 'returned', 'approved', 'confirmed'], to: 'withdrawn' },
});

/** The partner unit's actions and their states. A place stays taken while the applicant corrects (docs/rules.md#region-places). */
export const partnerMoves = lifecycle<ApplicationStatus, 'endorse' | 'withdraw_endorsement'>('application', {
  endorse: { from: ['submitted'], to: 'same' },
  withdraw_endorsement: { from: ['submitted', 'returned'], to: 'same' },
});

/** The actions of the organizer, or of the unit that undertakes the board, and their states. */
export const organizerMoves = lifecycle<
  ApplicationStatus,
  'return' | 'reject' | 'approve' | 'override_endorsement' | 'swap_booth' | 'extend_pay_by' | 'release'
>('application', {
  return: { from: ['submitted'], to: 'returned' },
  reject: { from: ['submitted', 'returned'], to: 'rejected' },
  approve: { from: ['submitted'], to: 'approved' },
  override_endorsement: { from: ['submitted'], to: 'same' },
  swap_booth: { from: ['approved'], to: 'same' },
  extend_pay_by: { from: ['approved'], to: 'same' },
  release: { from: ['approved', 'confirmed'], to: 'released' },
});

/** Transitions without a person, caused by payment, time or seal. */
export const automaticMoves = lifecycle<ApplicationStatus, 'confirm' | 'lapse' | 'reallocate'>('application', {
  confirm: { from: ['approved'], to: 'confirmed' },
  lapse: { from: ['approved'], to: 'released' },
  reallocate: { from: ['released'], to: 'approved' },
});

/** The facts that determine the allowed actions. */
export interface Standing {
  readonly status: ApplicationStatus;
  readonly areaType: AreaType | null;
  readonly regionCode: string | null;
  readonly endorsement: 'region' | 'override' | null;
}

/** Only the enterprise area of a board needs and counts a place of the region (docs/rules.md#region-places). */
export const needsEndorsement = ({ areaType, regionCode }: Pick<Standing, 'areaType' | 'regionCode'>): boolean =>
  areaType === 'enterprise' && regionCode !== null;

/** The actions open to a role now; time, places and other rows may still refuse them. */
export function openMoves(side: Exclude<Side, 'system'>, standing: Standing): string[] {
  const lacksEndorsement = needsEndorsement(standing) && standing.endorsement === null;
  const fits: Readonly<Record<string, boolean>> = {
    endorse: lacksEndorsement,
    override_endorsement: lacksEndorsement,
    withdraw_endorsement: standing.endorsement === 'region',
    approve: !lacksEndorsement,
  };
  const moves = { applicant: applicantMoves, partner: partnerMoves, organizer: organizerMoves }[side];
  return moves.allowed(standing.status).filter(move => fits[move] ?? true);
}

/** Kinds of exhibitors; a person or a team needs no organisation code (docs/rules.md#exhibitor-kinds). */
export const exhibitorKinds = [
  'government',
  'enterprise',
  'central_enterprise',
  'university',
  'research_institute',
  'hr_service',
  'professional_body',
  'finance',
  'start_up',
  'individual',
  'team',
  'other',
] as const;
export type ExhibitorKind = (typeof exhibitorKinds)[number];

/** The kind of exhibit: a technology, an achievement or a product (docs/rules.md#exhibits). */
export const exhibitTypes = ['technology', 'achievement', 'product'] as const;
export type ExhibitType = (typeof exhibitTypes)[number];

export interface Exhibit {
  readonly name: string;
  readonly description: string;
  readonly type: ExhibitType;
}

export interface Contact {
  readonly name: string;
  readonly phone: string;
  readonly mail: string;
}

/** A requested correction: a JSON pointer into the application, and the reason. */
export interface Correction {
  readonly pointer: string;
  readonly text: string;
}

/** The booth of an application, as it was when allocated. */
export interface HeldBooth {
  readonly allocationId: string;
  readonly boothId: string;
  readonly boothNumber: string;
  readonly boothType: BoothType;
  readonly areaDm2: number;
}

/** A booth that may be allocated. */
export type CandidateBooth = Omit<HeldBooth, 'allocationId'> & { readonly boardId: string; readonly areaType: AreaType };

/** The kinds of timeline entries. */
export const timelineSteps = [
  'drafted',
  'submitted',
  'returned',
  'endorsed',
  'endorsed_by_override',
  'endorsement_withdrawn',
  'approved',
  'booth_swapped',
  'pay_by_extended',
  'seal_verified',
  'paid',
  'confirmed',
  'rejected',
  'withdrawn',
  'released',
  'reallocated',
  'reallocation_refused',
] as const;
export type TimelineStep = (typeof timelineSteps)[number];

/** One timeline entry, visible to the applicant too. */
export interface TimelineEntry {
  readonly at: string;
  readonly what: TimelineStep;
  readonly by: Side;
  readonly status: ApplicationStatus;
}
