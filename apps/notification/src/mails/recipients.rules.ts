import type { MailOrder } from './mail-queue.service.js';

/** The organisation and the region that a fact is about. */
export interface Concerned {
  readonly organisationId: string;
  readonly regionCode: string | null;
}

type Data = MailOrder['data'];

/** A mail to the exhibitor. */
export const toExhibitor = (template: string, { organisationId }: Concerned, data: Data): MailOrder => ({
  template,
  to: { kind: 'organisation', key: organisationId },
  data,
});

/** A mail to the partner unit of the region, if a region is concerned (docs/rules.md#partner-mails). */
export const toPartner = (template: string, { organisationId, regionCode }: Concerned, data: Data): MailOrder[] =>
  regionCode === null
    ? []
    : [{ template: `region-${template}`, to: { kind: 'region', key: regionCode }, data: { ...data, organisationId } }];
