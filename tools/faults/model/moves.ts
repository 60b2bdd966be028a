import { confirmWhenComplete, giveUp, holderOf, takePlace, type Booking, type By, type World } from './world.js';

/** One request. `of` is the index of the booking in the world; versions are those that the caller has read. */
export type Move = { readonly of: number } & (
  | { readonly kind: 'apply' }
  | {
      readonly kind: 'submit' | 'withdraw' | 'endorse' | 'override' | 'unendorse' | 'return' | 'reject' | 'release';
      readonly version: number;
    }
  | { readonly kind: 'approve'; readonly version: number; readonly booth: number; readonly payBy: number }
  | { readonly kind: 'swap'; readonly version: number; readonly booth: number }
  | { readonly kind: 'extend'; readonly version: number; readonly payBy: number }
  | { readonly kind: 'scan' }
  | { readonly kind: 'verify'; readonly version: number }
  | { readonly kind: 'pay' | 'refund'; readonly amount: number }
);

/** The rules of a run; a negative control uses wrong ones. */
export type Rules = typeof rules;

/** The result of a move: `ok`, or the code of the refusal, which leaves the world unchanged. */
export function act(world: World, move: Move, by: Rules = rules): { readonly answer: string; readonly world: World } {
  const next = structuredClone(world);
  const answer = (by as Rulebook)[move.kind](next, move);
  return answer === 'ok' ? { answer, world: next } : { answer, world };
}

type Rulebook = Readonly<Record<Move['kind'], (world: World, move: Move) => string>>;
type Of<Kind extends Move['kind']> = Move & { readonly kind: Kind };
const stale = 'resource.changed';
const wrongState = 'application.wrong_state';

const of = (world: World, place: number): Booking => {
  const booking = world.bookings[place];
  if (!booking) throw new Error(`the world has no booking ${place}`);
  return booking;
};

/** A decision needs the present version of the application, and a state that allows the move. */
function refusal({ application }: Booking, version: number, ...states: string[]): string | undefined {
  if (version !== application.version) return stale;
  return states.includes(application.status) ? undefined : wrongState;
}

function end(world: World, place: number, booking: Booking, status: 'withdrawn' | 'rejected' | 'released'): 'ok' {
  const { application } = booking;
  Object.assign(application, { status, version: application.version + 1 });
  giveUp(world, booking);
  if (status === 'released') application.isPaid = false;
  const reason = status === 'released' ? 'organizer' : status;
  world.events.push({ type: status, of: place, version: application.version, reason });
  return 'ok';
}

function endorse(world: World, move: Of<'endorse' | 'override'>, by: By): string {
  const { application } = of(world, move.of);
  const refused = refusal(of(world, move.of), move.version, 'submitted');
  if (refused) return refused;
  if (application.endorsement !== null) return 'application.already_endorsed';
  if (!takePlace(world, by)) return 'quota.exhausted';
  Object.assign(application, { endorsement: by, formerEndorsement: by, version: application.version + 1 });
  return 'ok';
}

export const rules = {
  apply(world: World, { of: place }: Of<'apply'>): string {
    const application = { status: 'submitted', version: 2, endorsement: null, formerEndorsement: 'region', booth: null, payBy: 0 } as const;
    world.bookings[place] = {
      application: { ...application, isPaid: false, isSealed: false },
      agreement: null,
      invoice: null,
      endedAt: 0,
    };
    return 'ok';
  },

  submit(world: World, move: Of<'submit'>): string {
    const { application } = of(world, move.of);
    const refused = refusal(of(world, move.of), move.version, 'returned');
    if (refused) return refused;
    Object.assign(application, { status: 'submitted', version: application.version + 1 });
    return 'ok';
  },

  withdraw(world: World, move: Of<'withdraw'>): string {
    const booking = of(world, move.of);
    return refusal(booking, move.version, 'submitted', 'returned', 'approved', 'confirmed') ?? end(world, move.of, booking, 'withdrawn');
  },

  endorse: (world: World, move: Of<'endorse'>): string => endorse(world, move, 'region'),
  override: (world: World, move: Of<'override'>): string => endorse(world, move, 'override'),

  unendorse(world: World, move: Of<'unendorse'>): string {
    const { application } = of(world, move.of);
    const refused = refusal(of(world, move.of), move.version, 'submitted', 'returned');
    if (refused) return refused;
    if (application.endorsement === null) return 'application.not_endorsed';
    if (application.endorsement === 'override') return 'application.endorsed_by_override';
    world.taken -= 1;
    Object.assign(application, { endorsement: null, version: application.version + 1 });
    return 'ok';
  },

  return(world: World, move: Of<'return'>): string {
    const { application } = of(world, move.of);
    const refused = refusal(of(world, move.of), move.version, 'submitted');
    if (refused) return refused;
    Object.assign(application, { status: 'returned', version: application.version + 1 });
    return 'ok';
  },

  reject(world: World, move: Of<'reject'>): string {
    const booking = of(world, move.of);
    return refusal(booking, move.version, 'submitted', 'returned') ?? end(world, move.of, booking, 'rejected');
  },

  release(world: World, move: Of<'release'>): string {
    const booking = of(world, move.of);
    return refusal(booking, move.version, 'approved', 'confirmed') ?? end(world, move.of, booking, 'released');
  },

  approve(world: World, { of: place, version, booth, payBy }: Of<'approve'>): string {
    const booking = of(world, place);
    const { application } = booking;
    const refused = refusal(booking, version, 'submitted');
    if (refused) return refused;
    if (application.endorsement === null) return 'application.not_endorsed';
    if (payBy < world.day) return 'application.pay_by_too_early';
    if (holderOf(world, booth)) return 'booth.taken';
    Object.assign(application, { status: 'approved', booth, payBy, version: version + 1 });
    booking.agreement = { status: 'awaiting_scan', version: 1, scan: 'none' };
    world.events.push({ type: 'approved', of: place, version: version + 1, booth, payBy });
    return 'ok';
  },

  swap(world: World, move: Of<'swap'>): string {
    const { application, agreement } = of(world, move.of);
    const refused = refusal(of(world, move.of), move.version, 'approved');
    if (refused) return refused;
    if (application.booth === move.booth) return 'booth.same';
    if (holderOf(world, move.booth)) return 'booth.taken';
    Object.assign(application, { booth: move.booth, isSealed: false, version: move.version + 1 });
    if (agreement) Object.assign(agreement, { status: 'awaiting_scan', scan: 'none', version: agreement.version + 1 });
    world.events.push({ type: 'swapped', of: move.of, version: move.version + 1, booth: move.booth, payBy: application.payBy });
    return 'ok';
  },

  extend(world: World, { of: place, version, payBy }: Of<'extend'>): string {
    const { application } = of(world, place);
    const refused = refusal(of(world, place), version, 'approved');
    if (refused) return refused;
    if (payBy <= application.payBy || payBy < world.day) return 'application.pay_by_too_early';
    Object.assign(application, { payBy, version: version + 1 });
    world.events.push({ type: 'pay_by_extended', of: place, version: version + 1, payBy });
    return 'ok';
  },

  scan(world: World, move: Of<'scan'>): string {
    const { agreement } = of(world, move.of);
    if (!agreement) return 'agreement.not_found';
    if (agreement.status !== 'awaiting_scan' && agreement.status !== 'scan_uploaded') return 'agreement.wrong_state';
    Object.assign(agreement, { status: 'scan_uploaded', scan: 'pending', version: agreement.version + 1 });
    return 'ok';
  },

  verify(world: World, move: Of<'verify'>): string {
    const { agreement, application } = of(world, move.of);
    if (!agreement) return 'agreement.not_found';
    if (move.version !== agreement.version) return stale;
    if (agreement.status !== 'scan_uploaded') return 'agreement.wrong_state';
    Object.assign(agreement, { status: 'seal_verified', scan: 'verified', version: agreement.version + 1 });
    Object.assign(application, { isSealed: true, version: application.version + 1 });
    confirmWhenComplete(application);
    return 'ok';
  },

  pay(world: World, { of: place, amount }: Of<'pay'>): string {
    const { invoice } = of(world, place);
    if (!invoice) return 'no invoice';
    const before = invoice.received - invoice.refunded;
    invoice.received += amount;
    const isReleased = invoice.voidReason === 'overdue' || invoice.voidReason === 'organizer';
    if (invoice.status === 'void') {
      if (before < world.gross && before + amount >= world.gross && isReleased && invoice.reallocation === 'none')
        askForReallocation(world, place);
    } else if (invoice.status !== 'paid') {
      invoice.status = before + amount >= world.gross ? 'paid' : 'partly_paid';
      if (invoice.status === 'paid') world.events.push({ type: 'paid', of: place });
    }
    holdCredit(world, place);
    return 'ok';
  },

  refund(world: World, { of: place, amount }: Of<'refund'>): string {
    const { invoice } = of(world, place);
    if (!invoice) return 'no invoice';
    if (amount > invoice.credit) return 'refund.exceeds_credit';
    invoice.refunded += amount;
    holdCredit(world, place);
    return 'ok';
  },
};

/** A released booth is fully paid: billing asks exhibition once whether the booth can be allocated again. */
export function askForReallocation(world: World, place: number): void {
  const invoice = world.bookings[place]?.invoice;
  if (!invoice) return;
  invoice.reallocation = 'asked';
  world.events.push({ type: 'paid_after_void', of: place });
}

/** Money beyond the price, or for a void invoice, is refundable, except while exhibition is being asked. */
export function holdCredit(world: World, place: number): void {
  const invoice = world.bookings[place]?.invoice;
  if (!invoice) return;
  const claimed = invoice.status !== 'void' || invoice.reallocation === 'asked' ? world.gross : 0;
  invoice.credit = Math.max(0, invoice.received - invoice.refunded - claimed);
}
