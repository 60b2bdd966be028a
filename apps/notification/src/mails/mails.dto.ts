import { Instant, Int, ListQuery, OneOf, QueryOneOf, QueryTexts, Text, Uuid } from '@ciep/platform';

export const mailStatuses = ['waiting', 'sent', 'failed'] as const;
export type MailStatus = (typeof mailStatuses)[number];
export const recipientKinds = ['verification', 'organisation', 'region'] as const;
export type RecipientKind = (typeof recipientKinds)[number];

export class MailListQuery extends ListQuery {
  @QueryOneOf(mailStatuses, { description: 'one or more states' })
  status?: MailStatus[];

  @QueryTexts({ maxLength: 100, description: 'one or more templates' })
  template?: string[];

  @Text({ max: 64, optional: true, description: 'id of the organisation or verification, or code of the region' })
  recipientKey?: string;
}

export class MailDto {
  @Uuid({ description: 'id of the mail' })
  id!: string;

  @Int({ min: 1, description: 'moves with every change; the ETag' })
  version!: number;

  @Text({ max: 100, description: 'name of its template' })
  template!: string;

  @OneOf(recipientKinds, {
    description: 'whom it is for: an account to be proven, the people of an organisation, or the partner unit of a region',
  })
  recipientKind!: RecipientKind;

  @Text({ max: 64, description: 'id of the verification or organisation, or code of the region; addresses are not kept' })
  recipientKey!: string;

  @Uuid({ description: 'id of the fact that caused it' })
  eventId!: string;

  @OneOf(mailStatuses, { description: '`failed`: given up, may be retried' })
  status!: MailStatus;

  @Int({ description: 'attempts since it was due first, or since the last retry by hand' })
  attempts!: number;

  @Instant({ nullable: true, description: 'when the next attempt is due' })
  dueAt!: Date | null;

  @Text({ max: 100, nullable: true, description: 'why the last attempt failed' })
  failure!: string | null;

  @Instant({ nullable: true, description: 'when the mail server took it over' })
  sentAt!: Date | null;

  @Instant({ description: 'when it was written' })
  createdAt!: Date;

  @Instant({ description: 'when it was changed last' })
  updatedAt!: Date;
}
