import type { Rule } from '../checker.js';

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

/** The data in the databases is consistent. */
export const stateRules: readonly Rule[] = [
  {
    name: 'a booth has one live allocation, and an application one',
    *broken({ allocations }) {
      const live = allocations.filter(({ isLive }) => isLive);
      for (const [booth, those] of Map.groupBy(live, ({ boothId }) => boothId))
        if (those.length > 1) yield `booth ${booth} is allocated ${those.length} times`;
      for (const [application, those] of Map.groupBy(live, ({ applicationId }) => applicationId))
        if (those.length > 1) yield `application ${application} has ${those.length} booths`;
    },
  },
  {
    name: 'exactly the approved applications have a booth',
    *broken({ applications, allocations }) {
      const holders = new Set(allocations.filter(({ isLive }) => isLive).map(({ applicationId }) => applicationId));
      for (const { id, status } of applications)
        if ((status === 'approved' || status === 'confirmed') !== holders.has(id))
          yield `application ${id} is ${status} and ${holders.has(id) ? 'has a booth' : 'has no booth'}`;
    },
  },
  {
    name: 'no region uses more places than it has, and each used place has an application',
    *broken({ quotas, applications }) {
      for (const { editionId, regionCode, places, taken } of quotas) {
        const endorsed = applications.filter(
          application =>
            application.editionId === editionId && application.regionCode === regionCode && application.endorsement === 'region',
        ).length;
        if (taken > places) yield `${regionCode} has taken ${taken} of ${places} places`;
        if (taken !== endorsed) yield `${regionCode} counts ${taken} places and ${endorsed} applications are endorsed`;
      }
    },
  },
  {
    name: 'the ledger adds up',
    *broken({ ledger, payments }) {
      for (const [booking, entries] of Map.groupBy(ledger, ({ bookingId }) => bookingId)) {
        const total = sum(entries.map(({ amount }) => amount));
        if (total !== 0) yield `booking ${booking} adds up to ${total}`;
      }
      const receipts = Map.groupBy(
        new Map(ledger.filter(({ event }) => event === 'received').map(entry => [entry.bookingId, entry])).values(),
        ({ paymentId }) => paymentId,
      );
      for (const { id } of payments) {
        const booked = receipts.get(id)?.length ?? 0;
        if (booked !== 1) yield `payment ${id} was booked ${booked} times`;
      }
    },
  },
  {
    name: 'an invoice shows its payments and refunds',
    *broken({ invoices, payments, refunds }) {
      const paid = Map.groupBy(payments, ({ invoiceId }) => invoiceId);
      const returned = Map.groupBy(refunds, ({ invoiceId }) => invoiceId);
      for (const { id, received, refunded } of invoices) {
        const amounts = [sum((paid.get(id) ?? []).map(({ amount }) => amount)), sum((returned.get(id) ?? []).map(({ amount }) => amount))];
        if (received !== amounts[0]) yield `invoice ${id} has received ${received}, its payments are ${amounts[0]}`;
        if (refunded !== amounts[1]) yield `invoice ${id} has sent back ${refunded}, its refunds are ${amounts[1]}`;
      }
    },
  },
  {
    name: 'every change is in the audit trail once',
    *broken({ audit, aggregates }) {
      const trails = Map.groupBy(audit, ({ service, aggregate, id }) => `${service} ${aggregate} ${id}`);
      for (const { service, aggregate, id, version } of aggregates) {
        const versions = (trails.get(`${service} ${aggregate} ${id}`) ?? []).map(entry => entry.version).sort((a, b) => a - b);
        const wanted = Array.from({ length: version }, (_, index) => index + 1);
        if (versions.join() !== wanted.join())
          yield `${service} ${aggregate} ${id} is at version ${version}, its trail has ${versions.join(', ')}`;
      }
    },
  },
];
