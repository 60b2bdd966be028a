import { boothTypes, type BoothType } from '@ciep/contracts';
import { CalendarDate, Instant, Int, ListOf, OneOf, QueryInt, Text, TextList, Uuid } from '@ciep/platform';
import { scanTypes, type ScanType } from '../uploads/upload.rules.js';
import { agreementStatuses, scanVerdicts, type AgreementStatus, type ScanVerdict } from './agreement.rules.js';

export class AgreementTextDto {
  @Int({ min: 1, description: 'version of the text' })
  textVersion!: number;

  @Instant({ description: 'when it was made' })
  generatedAt!: Instant;

  @Text({ max: 20, description: 'number of the booth it is about' })
  boothNumber!: string;

  @OneOf(boothTypes, { description: 'type of the booth' })
  boothType!: BoothType;

  @Int({ description: 'area of the booth in square decimetres' })
  areaDm2!: number;
}

export class ScanDto {
  @Uuid({ description: 'id' })
  id!: string;

  @Int({ min: 1, description: 'version of the text that was stamped' })
  textVersion!: number;

  @OneOf(Object.keys(scanTypes), { description: 'media type' })
  mediaType!: ScanType;

  @Int({ description: 'in bytes' })
  size!: number;

  @Text({ max: 64, description: 'SHA-256, hexadecimal' })
  sha256!: string;

  @Instant({ description: 'uploaded' })
  uploadedAt!: Instant;

  @OneOf(scanVerdicts, { description: 'what the organizer decided; superseded by a newer scan or text' })
  verdict!: ScanVerdict;

  @Instant({ nullable: true, description: 'when it was decided' })
  decidedAt!: Instant | null;

  @Text({ max: 1_000, lines: true, nullable: true, description: 'why it was refused' })
  reason!: string | null;
}

export class AgreementDto {
  @Uuid({ description: 'id, the same as that of the application' })
  id!: string;

  @Int({ min: 1, description: 'version, the ETag' })
  version!: number;

  @OneOf(agreementStatuses, { description: 'where the signing stands' })
  status!: AgreementStatus;

  @Int({ min: 1, description: 'version of the present text' })
  textVersion!: number;

  @ListOf(() => AgreementTextDto, { max: 1_000, description: 'all versions of the text, oldest first' })
  texts!: AgreementTextDto[];

  @ListOf(() => ScanDto, { max: 20, description: 'all stamped scans, oldest first' })
  scans!: ScanDto[];

  @Text({ max: 100, nullable: true, description: 'tracking number of the posted original' })
  trackingNumber!: string | null;

  @CalendarDate({ nullable: true, description: 'day it was posted' })
  postedOn!: string | null;

  @CalendarDate({ nullable: true, description: 'day it was received' })
  receivedOn!: string | null;

  @TextList({ max: 10, maxLength: 40, description: 'what you may do with it now' })
  allowedActions!: string[];
}

export class AgreementPdfQuery {
  @QueryInt({ min: 1, max: 1_000, description: 'an older version of the text' })
  textVersion?: number;
}

export class AttachScanDto {
  @Uuid({ description: 'upload that holds the stamped scan' })
  uploadId!: string;
}

export class LogPostingDto {
  @Text({ max: 100, pattern: /^[A-Za-z0-9-]+$/, description: 'tracking number of the courier', example: 'SF1234567890' })
  trackingNumber!: string;

  @CalendarDate({ description: 'day it was posted' })
  postedOn!: string;
}

export class LogReceiptDto {
  @CalendarDate({ description: 'day it was received' })
  receivedOn!: string;
}

export class RefuseSealDto {
  @Text({ max: 1_000, lines: true, description: 'why; the applicant reads it' })
  reason!: string;
}
