import { Instant, ListOf, Text, Uuid } from '@ciep/platform';
import { CorrectionDto } from '../applications/application.dto.js';

export class ReturnApplicationDto {
  @ListOf(() => CorrectionDto, { min: 1, max: 50, description: 'what has to be corrected, field by field' })
  corrections!: CorrectionDto[];

  @Instant({ description: 'first instant that is too late; may lie after the deadline for applications' })
  correctBy!: Instant;
}

export class RejectApplicationDto {
  @Text({ max: 2_000, lines: true, description: 'why; the applicant reads it' })
  reason!: string;
}

export class WriteNoteDto {
  @Text({ max: 4_000, lines: true, description: 'for the organizer only; the applicant never sees it' })
  text!: string;
}

export class ApplicationNoteDto {
  @Uuid({ description: 'id' })
  id!: string;

  @Uuid({ description: 'application' })
  applicationId!: string;

  @Text({ max: 100, description: 'account of the author' })
  authorId!: string;

  @Text({ max: 4_000, lines: true, description: 'text' })
  text!: string;

  @Instant({ description: 'when it was written' })
  writtenAt!: Instant;
}

export class ApplicationNotesDto {
  @ListOf(() => ApplicationNoteDto, { max: 10_000, description: 'all of them, oldest first' })
  items!: ApplicationNoteDto[];
}
