import type { AreaType, BoothType } from '@ciep/contracts';
import { lifecycle } from '@ciep/kernel';

/** The states of an application. `approved` holds a booth that waits for seal and money; `confirmed` owns it. */
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

/** Who acts; each sees in `allowedActions` only its own moves. */
export type Side = 'applicant' | 'partner' | 'organizer' | 'system';

/** What the applicant may do, and when (docs/rules.md#application-life). */
export const applicantMoves = lifecycle<ApplicationStatus, 'edit' | 'submit' | 'withdraw'>('application', {
  edit: { from: ['draft', 'returned'], to: 'same' },
  submit: { from: ['draft', 'returned'], to: 'submitted' },
  withdraw: { from: ['draft', 'submitted', 'returned', 'approved', 'confirmed'], to: 'withdrawn' },
});

/** What the region's partner unit may do, and when. A place stays taken while the applicant corrects (docs/rules.md#region-places). */
export const partnerMoves = lifecycle<ApplicationStatus, 'endorse' | 'withdraw_endorsement'>('application', {
  endorse: { from: ['submitted'], to: 'same' },
  withdraw_endorsement: { from: ['submitted', 'returned'], to: 'same' },
});

/** What the organizer, or the unit that undertakes the board, may do, and when. */
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

/** What no person does: the outcome of money, time and seal. */
export const courseOfThings = lifecycle<ApplicationStatus, 'confirm' | 'lapse' | 'reallocate'>('application', {
  confirm: { from: ['approved'], to: 'confirmed' },
  lapse: { from: ['approved'], to: 'released' },
  reallocate: { from: ['released'], to: 'approved' },
});

/** What decides which moves are open. */
export interface Standing {
  readonly status: ApplicationStatus;
  readonly areaType: AreaType | null;
  readonly regionCode: string | null;
  readonly endorsement: 'region' | 'override' | null;
}

/** A place of the region is needed, and counted, for the enterprise area of its board only (docs/rules.md#region-places). */
export const needsEndorsement = ({ areaType, regionCode }: Pick<Standing, 'areaType' | 'regionCode'>): boolean =>
  areaType === 'enterprise' && regionCode !== null;

/** What a side may do now; time, places and other rows may still refuse it. */
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

/** Kinds of exhibitors; a person or a team needs no organisation code of its own (docs/rules.md#exhibitor-kinds). */
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

/** What is shown: a technology, an achievement or a product (docs/rules.md#exhibits). */
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

/** What the organizer wants corrected: a JSON pointer into the application, and why. */
export interface Correction {
  readonly pointer: string;
  readonly text: string;
}

/** The booth an application holds, as it was when allocated. */
export interface HeldBooth {
  readonly allocationId: string;
  readonly boothId: string;
  readonly boothNumber: string;
  readonly boothType: BoothType;
  readonly areaDm2: number;
}

/** A booth that may be allocated. */
export type CandidateBooth = Omit<HeldBooth, 'allocationId'> & { readonly boardId: string; readonly areaType: AreaType };

/** What can happen to an application, as its timeline names it. */
export const applicationEvents = [
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
export type ApplicationEvent = (typeof applicationEvents)[number];

/** One step of the story that the applicant, too, may read. */
export interface TimelineEntry {
  readonly at: string;
  readonly what: ApplicationEvent;
  readonly by: Side;
  readonly status: ApplicationStatus;
}
