import { randomUUID } from 'node:crypto';
import {
  applicationApproved,
  applicationReallocated,
  applicationReleased,
  seeds,
  type ApplicationApproved,
  type ApplicationReallocated,
  type EventType,
} from '@ciep/contracts';
import type { Api, TestService } from '@ciep/testing';

/** An approval with invented ids: a standard booth of 9 m² in the 21st edition, due on 20 March 2023. */
export const anApproval = (given: Partial<ApplicationApproved> = {}): ApplicationApproved => ({
  applicationId: randomUUID(),
  editionId: seeds.edition21,
  organisationId: randomUUID(),
  boardId: randomUUID(),
  regionCode: '210000',
  allocationId: randomUUID(),
  boothId: randomUUID(),
  boothNumber: '1A01',
  boothType: 'standard',
  areaDm2: 900,
  payBy: '2023-03-20',
  ...given,
});

/** The common fields of all application events. */
export const applicationOf = ({ applicationId, editionId, organisationId, boardId, regionCode }: ApplicationApproved) => ({
  applicationId,
  editionId,
  organisationId,
  boardId,
  regionCode,
});

export const aReallocation = (approval: ApplicationApproved, invoiceId: string): ApplicationReallocated => {
  const { payBy: _payBy, ...rest } = approval;
  return { ...rest, allocationId: randomUUID(), invoiceId };
};

export interface Desk {
  readonly clerk: Api;
  readonly organizer: Api;
  readonly auditor: Api;
  /** The invoice of an application, as the finance clerk sees it. */
  invoiceOf(applicationId: string): Promise<any>;
  /** Approves an application and returns the opened invoice. */
  opened(approval: ApplicationApproved): Promise<any>;
  /** Records a transfer. */
  pay(body?: Record<string, unknown>): Promise<any>;
  /** Opens an invoice, lets it become overdue and has exhibition release it; returns the void invoice. */
  released(approval: ApplicationApproved, reason?: 'overdue' | 'organizer'): Promise<any>;
  reallocate(approval: ApplicationApproved, invoiceId: string, aggregateVersion: number): Promise<ApplicationReallocated>;
}

export const aTransfer = (given: Record<string, unknown> = {}) => ({
  account: '4000 0000 0001',
  statementNumber: `S-${randomUUID()}`,
  receivedOn: '2023-03-01',
  amount: { amount: 1_272_000, currency: 'CNY' },
  payer: '示例科技有限公司 Sample Tech',
  ...given,
});

/** The finance staff and their daily work. */
export function deskOf(service: TestService): Desk {
  const clerk = service.as({ roles: ['finance_clerk'] });
  const invoiceOf = async (applicationId: string): Promise<any> => {
    const { body } = await clerk.get('/v1/billing/invoices', { query: { applicationId } });
    return body.items[0];
  };
  const opened = async (approval: ApplicationApproved): Promise<any> => {
    await service.receive(applicationApproved, approval, { aggregateVersion: 5 });
    return invoiceOf(approval.applicationId);
  };
  return {
    clerk,
    organizer: service.as({ roles: ['shenzhen_working_group'] }),
    auditor: service.as({ roles: ['auditor'] }),
    invoiceOf,
    opened,
    pay: async body => (await clerk.post('/v1/billing/payments', aTransfer(body))).body,
    released: async (approval, reason = 'overdue') => {
      await opened(approval);
      await service.receive(applicationReleased, { ...applicationOf(approval), reason }, { aggregateVersion: 7 });
      return invoiceOf(approval.applicationId);
    },
    reallocate: async (approval, invoiceId, aggregateVersion) => {
      const reallocation = aReallocation(approval, invoiceId);
      await service.receive(applicationReallocated, reallocation, { aggregateVersion });
      return reallocation;
    },
  };
}

/** A published price list for its own edition: standard 333 fen, corner 12,345 fen, raw space 10,001 fen per m². */
export async function publishedFees(desk: Desk, given: Record<string, unknown> = {}, inForceFrom?: string): Promise<any> {
  const net = (amount: number) => ({ amount, currency: 'CNY' });
  const { body: draft } = await desk.clerk.post('/v1/billing/fee-schedules', {
    editionId: randomUUID(),
    lines: [
      { boothType: 'standard', unit: 'booth', net: net(333) },
      { boothType: 'corner', unit: 'booth', net: net(12_345) },
      { boothType: 'raw_space', unit: 'square_metre', net: net(10_001) },
    ],
    ...given,
  });
  const { body } = await desk.clerk.post(`/v1/billing/fee-schedules/${draft.id}/publish`, inForceFrom ? { inForceFrom } : {}, {
    ifMatch: draft.version,
  });
  return body;
}

/** The published events about an application, oldest first. */
export const eventsAbout = async <Data extends { applicationId: string }>(
  service: TestService,
  event: EventType<Data>,
  applicationId: string,
): Promise<Data[]> => (await service.events(event)).filter(data => data.applicationId === applicationId);
