import { languages, type Language } from '@ciep/kernel';
import { Instant, listQuery, Mail, OneOf, QueryOneOf, QueryTexts, Text, Uuid } from '@ciep/platform';

export class DevelopmentMailListQuery extends listQuery(['sentAt', 'createdAt']) {
  @Mail({ optional: true, description: 'the recipient' })
  recipient?: string;

  @QueryTexts({ maxLength: 100, description: 'one or more templates' })
  template?: string[];

  @QueryOneOf(languages, { description: 'one or both languages' })
  language?: Language[];
}

export class DevelopmentMailDto {
  @Uuid({ description: 'id in the outbox' })
  id!: string;

  @Uuid({ description: 'id of the mail' })
  mailId!: string;

  @Text({ max: 300, description: 'Message-ID, the same in every attempt' })
  messageId!: string;

  @Mail({ description: 'the recipient, in lower case' })
  recipient!: string;

  @OneOf(languages, { description: "the recipient's language" })
  language!: Language;

  @Text({ max: 100, description: 'name of its template' })
  template!: string;

  @Text({ max: 300, description: 'subject' })
  subject!: string;

  @Text({ max: 100_000, lines: true, description: 'plain text' })
  text!: string;

  @Instant({ description: 'when it was sent' })
  sentAt!: Instant;
}
