import { randomUUID } from 'node:crypto';
import type { ApplicationApproved, ApplicationConfirmed, InvoiceOpened } from '@ciep/contracts';
import type { Caller } from '@ciep/testing';

interface Application {
  readonly applicationId: string;
  readonly editionId: string;
  readonly organisationId: string;
  readonly boardId: string;
  readonly regionCode: string | null;
}

/** The common fields of all application events. */
export const anApplication = (given: Partial<Application> = {}): Application => ({
  applicationId: randomUUID(),
  editionId: randomUUID(),
  organisationId: randomUUID(),
  boardId: randomUUID(),
  regionCode: '210000',
  ...given,
});

export const confirmed = (given: Partial<ApplicationConfirmed> = {}): ApplicationConfirmed => ({
  ...anApplication(given),
  boothId: randomUUID(),
  boothNumber: 'A101',
  boothType: 'standard',
  areaDm2: 900,
  ...given,
});

export const approved = (given: Partial<ApplicationApproved> = {}): ApplicationApproved => ({
  ...confirmed(given),
  allocationId: randomUUID(),
  payBy: '2026-04-01',
  ...given,
});

export const opened = (given: Partial<InvoiceOpened> = {}): InvoiceOpened => {
  const { applicationId, editionId, organisationId, regionCode } = anApplication(given);
  return {
    invoiceId: randomUUID(),
    applicationId,
    editionId,
    organisationId,
    regionCode,
    gross: 1_234_500,
    currency: 'CNY',
    dueOn: '2026-04-01',
    ...given,
  };
};

export const organizer = (organisationId: string = randomUUID()): Caller => ({ roles: ['shenzhen_working_group'], organisationId });
export const partner = (regionCode: string, organisationId: string = randomUUID()): Caller => ({
  kind: 'client',
  clientId: `partner-${regionCode}`,
  roles: ['province_partner'],
  regionCode,
  organisationId,
});
export const exhibitor = (organisationId: string = randomUUID()): Caller => ({ roles: ['organisation_admin'], organisationId });
export const operator = (): Caller => ({ roles: ['platform_admin'], organisationId: randomUUID() });
