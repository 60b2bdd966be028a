import { audiences, type Audience } from '@ciep/contracts';
import { Instant, Int, listQuery, OneOf, QueryOneOf, QueryTexts, Text, Uuid } from '@ciep/platform';

export const mailStatuses = ['waiting', 'sent', 'failed'] as const;
export type MailStatus = (typeof mailStatuses)[number];

export class MailListQuery extends listQuery(['updatedAt', 'createdAt']) {
  @QueryOneOf(mailStatuses, { description: 'one or more states' })
  status?: MailStatus[];

  @QueryTexts({ maxLength: 100, description: 'one or more templates' })
  template?: string[];

  @Text({ max: 64, optional: true, description: 'id of whom it is for, or code of the region' })
  recipientKey?: string;
}

export class MailDto {
  @Uuid({ description: 'id of the mail' })
  id!: string;

  @Int({ min: 1, description: 'moves with every change; the ETag' })
  version!: number;

  @Text({ max: 100, description: 'name of its template: the event, whom it is for, and where the mails differ by a value, that value' })
  template!: string;

  @OneOf(audiences, {
    description:
      'whom it is for: the people of an organisation or a unit, the partner unit of a region, a person, or an account to be proven',
  })
  recipientKind!: Audience;

  @Text({ max: 64, description: 'id of whom it is for, or code of the region; addresses are not kept' })
  recipientKey!: string;

  @Uuid({ description: 'id of the event that caused it' })
  eventId!: string;

  @OneOf(mailStatuses, { description: '`failed`: given up, may be retried' })
  status!: MailStatus;

  @Int({ description: 'attempts since it was due first, or since the last retry by hand' })
  attempts!: number;

  @Instant({ nullable: true, description: 'when the next attempt is due' })
  dueAt!: Instant | null;

  @Text({ max: 100, nullable: true, description: 'why the last attempt failed' })
  failure!: string | null;

  @Instant({ nullable: true, description: 'when the mail server took it over' })
  sentAt!: Instant | null;

  @Instant({ description: 'when it was written' })
  createdAt!: Instant;

  @Instant({ description: 'when it was changed last' })
  updatedAt!: Instant;
}
