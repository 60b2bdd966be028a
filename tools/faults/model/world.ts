/**
 * The state of the platform in the model, as far as the booking story needs it: the applications of one run for one region and its two
 * booths, their invoices, the region's places, and the published events without their reactions. Kept small on purpose, and written from
 * docs/rules.md, not from the code. Days are counted from the start of the run, money in fen.
 */
export interface World {
  day: number;
  readonly places: number;
  /** Price of each booth, tax included. */
  readonly gross: number;
  taken: number;
  beyond: number;
  readonly bookings: Booking[];
  /** In the order of publication. */
  events: ModelEvent[];
}

/** An application as exhibition and billing know it. */
export interface Booking {
  application: Application;
  agreement: Agreement | null;
  invoice: Invoice | null;
  /** Version of the application at its last end, as billing knows it. */
  endedAt: number;
}

/** Days after the due day on which an unpaid booth is kept. */
export const graceDays = 1;

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
  isGraceOver: boolean;
  received: number;
  refunded: number;
  credit: number;
  voidReason: VoidReason | null;
  reallocation: 'none' | 'asked' | 'refused';
  /** Version of the application that it is based on. */
  standsOn: number;
}

/** An event between the services. Events of one booking and one type keep their order, others do not. */
export type ModelEvent = { readonly of: number } & (
  | { readonly type: 'approved' | 'swapped'; readonly version: number; readonly booth: number; readonly payBy: number }
  | { readonly type: 'pay_by_extended'; readonly version: number; readonly payBy: number }
  | { readonly type: 'withdrawn' | 'rejected' | 'released'; readonly version: number; readonly reason: VoidReason }
  | { readonly type: 'reallocated'; readonly version: number; readonly booth: number }
  | { readonly type: 'reallocation_refused' }
  | { readonly type: 'grace_ended'; readonly dueOn: number }
  | { readonly type: 'paid' | 'paid_after_void' }
);

export const emptyWorld = (places: number, gross: number): World => ({
  day: 0,
  places,
  gross,
  taken: 0,
  beyond: 0,
  bookings: [],
  events: [],
});

/** Who has a booth; the code that reads the booths checks that there is at most one. */
export const holderOf = (world: World, booth: number): Booking | undefined =>
  world.bookings.find(({ application: { status, booth: held } }) => held === booth && (status === 'approved' || status === 'confirmed'));

/** Takes a place of the region, if one is left. */
export function takePlace(world: World, by: By): boolean {
  if (by === 'region' && world.taken >= world.places) return false;
  if (by === 'region') world.taken += 1;
  else world.beyond += 1;
  return true;
}

/** Frees what an ended application held. */
export function giveUp(world: World, { application, agreement }: Booking): void {
  if (application.endorsement === 'region') world.taken -= 1;
  if (application.endorsement === 'override') world.beyond -= 1;
  application.endorsement = null;
  if (agreement) Object.assign(agreement, { status: 'closed', version: agreement.version + 1 });
}

/** Money and seal together confirm the booth. */
export function confirmWhenComplete(application: Application): void {
  if (application.isPaid && application.isSealed) application.status = 'confirmed';
}
