/**
 * What the platform may be in, as far as the booking story decides it: the applications of one run for one region and its two booths, their
 * invoices, the region's places, and the facts that were told but not yet reacted to. Small on purpose: docs/rules.md, not the code,
 * is what it is written from. Days are counted from the start of the run, money in fen.
 */
export interface World {
  day: number;
  readonly places: number;
  /** Price of each booth, tax included. */
  readonly gross: number;
  taken: number;
  beyond: number;
  readonly bookings: Booking[];
  /** In the order in which they were told. */
  facts: Fact[];
}

/** An application with what the two services know of it. */
export interface Booking {
  application: Application;
  agreement: Agreement | null;
  invoice: Invoice | null;
  /** Version of the application with which it ended last, as billing knows it. */
  endedAt: number;
}

export type Status = 'submitted' | 'returned' | 'approved' | 'confirmed' | 'rejected' | 'withdrawn' | 'released';
export type By = 'region' | 'override';

export interface Application {
  status: Status;
  version: number;
  endorsement: By | null;
  formerEndorsement: By;
  booth: number | null;
  payBy: number;
  isPaid: boolean;
  isSealed: boolean;
}

export interface Agreement {
  status: 'awaiting_scan' | 'scan_uploaded' | 'seal_verified' | 'closed';
  version: number;
  /** The latest scan of the present text. */
  scan: 'none' | 'pending' | 'verified';
}

export type VoidReason = 'withdrawn' | 'rejected' | 'overdue' | 'organizer';

export interface Invoice {
  status: 'open' | 'partly_paid' | 'paid' | 'void';
  booth: number;
  dueOn: number;
  isOverdue: boolean;
  received: number;
  refunded: number;
  credit: number;
  voidReason: VoidReason | null;
  reallocation: 'none' | 'asked' | 'refused';
  /** Version of the application that it stands on. */
  standsOn: number;
}

/** A fact on its way between the services; facts of one booking and one type keep their order, others do not. */
export type Fact = { readonly of: number } & (
  | { readonly type: 'approved' | 'swapped'; readonly version: number; readonly booth: number; readonly payBy: number }
  | { readonly type: 'pay_by_extended'; readonly version: number; readonly payBy: number }
  | { readonly type: 'withdrawn' | 'rejected' | 'released'; readonly version: number; readonly reason: VoidReason }
  | { readonly type: 'reallocated'; readonly version: number; readonly booth: number }
  | { readonly type: 'reallocation_refused' }
  | { readonly type: 'overdue'; readonly dueOn: number }
  | { readonly type: 'paid' | 'paid_after_void' }
);

export const emptyWorld = (places: number, gross: number): World => ({
  day: 0,
  places,
  gross,
  taken: 0,
  beyond: 0,
  bookings: [],
  facts: [],
});

/** Who has a booth; the rule that there is at most one is checked where the booths are read. */
export const holderOf = (world: World, booth: number): Booking | undefined =>
  world.bookings.find(({ application: { status, booth: held } }) => held === booth && (status === 'approved' || status === 'confirmed'));

/** A place of the region, if one is left. */
export function takePlace(world: World, by: By): boolean {
  if (by === 'region' && world.taken >= world.places) return false;
  if (by === 'region') world.taken += 1;
  else world.beyond += 1;
  return true;
}

/** Frees what an application held when it ended. */
export function giveUp(world: World, { application, agreement }: Booking): void {
  if (application.endorsement === 'region') world.taken -= 1;
  if (application.endorsement === 'override') world.beyond -= 1;
  application.endorsement = null;
  if (agreement) Object.assign(agreement, { status: 'closed', version: agreement.version + 1 });
}

/** Money and seal together make the booth the exhibitor's own. */
export function confirmWhenComplete(application: Application): void {
  if (application.isPaid && application.isSealed) application.status = 'confirmed';
}
