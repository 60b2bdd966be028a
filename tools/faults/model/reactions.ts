import { askForReallocation, holdCredit } from './moves.js';
import { confirmWhenComplete, giveUp, graceDays, holderOf, takePlace, type Booking, type ModelEvent, type World } from './world.js';

/** Every world after one internal step of the platform: the grace of an invoice ended, or a service reacted to an event. */
export function steps(world: World): World[] {
  const due = world.bookings.flatMap(({ invoice }, place) => (invoice && isDue(world, invoice) ? [endGrace(world, place)] : []));
  const first = new Map<string, ModelEvent>();
  for (const event of world.events) if (!first.has(`${event.of} ${event.type}`)) first.set(`${event.of} ${event.type}`, event);
  return [...due, ...[...first.values()].flatMap(event => reactedTo(world, event))];
}

const isUnpaid = ({ status }: { status: string }): boolean => status === 'open' || status === 'partly_paid';
const isDue = (world: World, invoice: NonNullable<Booking['invoice']>): boolean =>
  isUnpaid(invoice) && !invoice.isGraceOver && invoice.dueOn + graceDays < world.day;

function endGrace(world: World, place: number): World {
  const next = structuredClone(world);
  const invoice = next.bookings[place]?.invoice;
  if (invoice) {
    invoice.isGraceOver = true;
    next.events.push({ type: 'grace_ended', of: place, dueOn: invoice.dueOn });
  }
  return next;
}

/** Undefined while the reaction must wait for another event. */
function reactedTo(world: World, event: ModelEvent): World[] {
  const next = structuredClone(world);
  next.events.splice(world.events.indexOf(event), 1);
  const booking = next.bookings[event.of];
  if (!booking) throw new Error(`an event about booking ${event.of}, which there is not`);
  return react(next, booking, event) === 'waits' ? [] : [next];
}

function react(world: World, booking: Booking, event: ModelEvent): 'waits' | undefined {
  switch (event.type) {
    case 'approved':
    case 'swapped':
    case 'pay_by_extended':
    case 'withdrawn':
    case 'rejected':
    case 'released':
    case 'reallocated':
    case 'reallocation_refused':
      return billing(world, booking, event);
    default:
      return exhibition(world, booking, event);
  }
}

function billing(world: World, booking: Booking, event: ModelEvent): 'waits' | undefined {
  const { invoice } = booking;
  const isTooLate = 'version' in event && booking.endedAt > event.version;
  switch (event.type) {
    case 'approved':
      if (isTooLate || invoice) return;
      booking.invoice = {
        ...{ status: 'open', isGraceOver: false, received: 0, refunded: 0, credit: 0, voidReason: null, reallocation: 'none' },
        booth: event.booth,
        dueOn: event.payBy,
        standsOn: event.version,
      };
      return;
    case 'swapped':
    case 'pay_by_extended':
      if (isTooLate) return;
      if (!invoice || invoice.standsOn >= event.version) return 'waits';
      if (!isUnpaid(invoice)) return;
      if (event.type === 'swapped') invoice.booth = event.booth;
      else if (event.payBy !== invoice.dueOn) Object.assign(invoice, { dueOn: event.payBy, isGraceOver: false });
      return;
    case 'withdrawn':
    case 'rejected':
    case 'released':
      booking.endedAt = Math.max(booking.endedAt, event.version);
      if (!invoice || invoice.standsOn >= event.version) return;
      Object.assign(invoice, { status: 'void', voidReason: event.reason, standsOn: event.version, reallocation: 'none' });
      if (event.reason === 'overdue' && invoice.received - invoice.refunded >= world.gross) askForReallocation(world, event.of);
      return void holdCredit(world, event.of);
    case 'reallocated':
      if (isTooLate || !invoice) return;
      Object.assign(invoice, { status: 'paid', voidReason: null, reallocation: 'none', booth: event.booth, standsOn: event.version });
      world.events.push({ type: 'paid', of: event.of });
      return void holdCredit(world, event.of);
    case 'reallocation_refused':
      if (invoice?.status !== 'void') return;
      invoice.reallocation = 'refused';
      return void holdCredit(world, event.of);
    default:
      throw new Error(`billing does not react to ${event.type}`);
  }
}

function exhibition(world: World, booking: Booking, event: ModelEvent): undefined {
  const { application } = booking;
  const awaitsPayment = application.status === 'approved' && !application.isPaid;
  if (event.type === 'paid' && awaitsPayment) {
    Object.assign(application, { isPaid: true, version: application.version + 1 });
    confirmWhenComplete(application);
  }
  if (event.type === 'grace_ended' && awaitsPayment && application.payBy <= event.dueOn) {
    Object.assign(application, { status: 'released', version: application.version + 1 });
    giveUp(world, booking);
    world.events.push({ type: 'released', of: event.of, version: application.version, reason: 'overdue' });
  }
  if (event.type === 'paid_after_void') paidAfterVoid(world, booking, event.of);
}

/** Gives back the booth and the region's place if both are still free. */
function paidAfterVoid(world: World, { application, agreement }: Booking, place: number): void {
  application.version += 1;
  const isFree = application.status === 'released' && application.booth !== null && !holderOf(world, application.booth);
  if (!isFree || application.booth === null || !takePlace(world, application.formerEndorsement)) {
    world.events.push({ type: 'reallocation_refused', of: place });
    return;
  }
  Object.assign(application, { status: 'approved', endorsement: application.formerEndorsement, isPaid: true });
  world.events.push({ type: 'reallocated', of: place, version: application.version, booth: application.booth });
  confirmWhenComplete(application);
  if (!agreement) return;
  agreement.version += 1;
  agreement.status = agreement.scan === 'pending' ? 'scan_uploaded' : agreement.scan === 'verified' ? 'seal_verified' : 'awaiting_scan';
}
