import { randomUUID } from 'node:crypto';
import {
  applicationApproved,
  applicationReallocated,
  applicationReleased,
  seeds,
  type ApplicationApproved,
  type ApplicationReallocated,
  type FactType,
} from '@ciep/contracts';
import type { Api, TestService } from '@ciep/testing';

/** An approval with made-up ids: a standard booth of 9 m² in the 21st edition, to be paid by 20 March 2023. */
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

/** What every fact about an application carries. */
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
  /** The invoice of an application, as the finance clerk reads it. */
  invoiceOf(applicationId: string): Promise<any>;
  /** Approves and answers the invoice that was opened. */
  opened(approval: ApplicationApproved): Promise<any>;
  /** Records a transfer. */
  pay(body?: Record<string, unknown>): Promise<any>;
  /** Opens, lets it become overdue and has exhibition release it; answers the void invoice. */
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

/** The people of the finance desk, and what they do all day. */
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

/** A published price list for an edition of its own: standard 333 fen, corner 12,345 fen, raw space 10,001 fen per m². */
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

/** What was told about an application, oldest first. */
export const toldAbout = async <Data extends { applicationId: string }>(
  service: TestService,
  fact: FactType<Data>,
  applicationId: string,
): Promise<Data[]> => (await service.facts(fact)).filter(data => data.applicationId === applicationId);
