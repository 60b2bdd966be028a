import { askForReallocation, holdCredit } from './moves.js';
import { confirmWhenComplete, giveUp, holderOf, takePlace, type Booking, type Fact, type World } from './world.js';

/** Every world that is one step of the platform's own further: an invoice became overdue, or a fact was reacted to. */
export function steps(world: World): World[] {
  const due = world.bookings.flatMap(({ invoice }, place) => (invoice && isDue(world, invoice) ? [becomeOverdue(world, place)] : []));
  const first = new Map<string, Fact>();
  for (const fact of world.facts) if (!first.has(`${fact.of} ${fact.type}`)) first.set(`${fact.of} ${fact.type}`, fact);
  return [...due, ...[...first.values()].flatMap(fact => reactedTo(world, fact))];
}

const isUnpaid = ({ status }: { status: string }): boolean => status === 'open' || status === 'partly_paid';
const isDue = (world: World, invoice: NonNullable<Booking['invoice']>): boolean =>
  isUnpaid(invoice) && !invoice.isOverdue && invoice.dueOn < world.day;

function becomeOverdue(world: World, place: number): World {
  const next = structuredClone(world);
  const invoice = next.bookings[place]?.invoice;
  if (invoice) {
    invoice.isOverdue = true;
    next.facts.push({ type: 'overdue', of: place, dueOn: invoice.dueOn });
  }
  return next;
}

/** Nothing when the reaction has to wait for another fact first. */
function reactedTo(world: World, fact: Fact): World[] {
  const next = structuredClone(world);
  next.facts.splice(world.facts.indexOf(fact), 1);
  const booking = next.bookings[fact.of];
  if (!booking) throw new Error(`a fact about booking ${fact.of}, which there is not`);
  return react(next, booking, fact) === 'waits' ? [] : [next];
}

function react(world: World, booking: Booking, fact: Fact): 'waits' | undefined {
  switch (fact.type) {
    case 'approved':
    case 'swapped':
    case 'pay_by_extended':
    case 'withdrawn':
    case 'rejected':
    case 'released':
    case 'reallocated':
    case 'reallocation_refused':
      return billing(world, booking, fact);
    default:
      return exhibition(world, booking, fact);
  }
}

function billing(world: World, booking: Booking, fact: Fact): 'waits' | undefined {
  const { invoice } = booking;
  const isTooLate = 'version' in fact && booking.endedAt > fact.version;
  switch (fact.type) {
    case 'approved':
      if (isTooLate || invoice) return;
      booking.invoice = {
        ...{ status: 'open', isOverdue: false, received: 0, refunded: 0, credit: 0, voidReason: null, reallocation: 'none' },
        booth: fact.booth,
        dueOn: fact.payBy,
        standsOn: fact.version,
      };
      return;
    case 'swapped':
    case 'pay_by_extended':
      if (isTooLate) return;
      if (!invoice || invoice.standsOn >= fact.version) return 'waits';
      if (!isUnpaid(invoice)) return;
      if (fact.type === 'swapped') invoice.booth = fact.booth;
      else if (fact.payBy !== invoice.dueOn) Object.assign(invoice, { dueOn: fact.payBy, isOverdue: false });
      return;
    case 'withdrawn':
    case 'rejected':
    case 'released':
      booking.endedAt = Math.max(booking.endedAt, fact.version);
      if (!invoice || invoice.standsOn >= fact.version) return;
      Object.assign(invoice, { status: 'void', voidReason: fact.reason, standsOn: fact.version, reallocation: 'none' });
      if (fact.reason === 'overdue' && invoice.received - invoice.refunded >= world.gross) askForReallocation(world, fact.of);
      return void holdCredit(world, fact.of);
    case 'reallocated':
      if (isTooLate || !invoice) return;
      Object.assign(invoice, { status: 'paid', voidReason: null, reallocation: 'none', booth: fact.booth, standsOn: fact.version });
      world.facts.push({ type: 'paid', of: fact.of });
      return void holdCredit(world, fact.of);
    case 'reallocation_refused':
      if (invoice?.status !== 'void') return;
      invoice.reallocation = 'refused';
      return void holdCredit(world, fact.of);
    default:
      throw new Error(`billing does not react to ${fact.type}`);
  }
}

function exhibition(world: World, booking: Booking, fact: Fact): undefined {
  const { application } = booking;
  const awaitsPayment = application.status === 'approved' && !application.isPaid;
  if (fact.type === 'paid' && awaitsPayment) {
    Object.assign(application, { isPaid: true, version: application.version + 1 });
    confirmWhenComplete(application);
  }
  if (fact.type === 'overdue' && awaitsPayment && application.payBy <= fact.dueOn) {
    Object.assign(application, { status: 'released', version: application.version + 1 });
    giveUp(world, booking);
    world.facts.push({ type: 'released', of: fact.of, version: application.version, reason: 'overdue' });
  }
  if (fact.type === 'paid_after_void') paidAfterVoid(world, booking, fact.of);
}

/** The booth, and the place of the region, are given back if both are still free. */
function paidAfterVoid(world: World, { application, agreement }: Booking, place: number): void {
  application.version += 1;
  const isFree = application.status === 'released' && application.booth !== null && !holderOf(world, application.booth);
  if (!isFree || application.booth === null || !takePlace(world, application.formerEndorsement)) {
    world.facts.push({ type: 'reallocation_refused', of: place });
    return;
  }
  Object.assign(application, { status: 'approved', endorsement: application.formerEndorsement, isPaid: true });
  world.facts.push({ type: 'reallocated', of: place, version: application.version, booth: application.booth });
  confirmWhenComplete(application);
  if (!agreement) return;
  agreement.version += 1;
  agreement.status = agreement.scan === 'pending' ? 'scan_uploaded' : agreement.scan === 'verified' ? 'seal_verified' : 'awaiting_scan';
}
