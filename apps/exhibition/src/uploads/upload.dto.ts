import { Int, OneOf, Text, Uuid } from '@ciep/platform';
import { scanTypes, type ScanType } from './upload.rules.js';

export class UploadDto {
  @Uuid({ description: 'id, for the route that uses the file' })
  id!: string;

  @OneOf(Object.keys(scanTypes), { description: 'media type of the content' })
  mediaType!: ScanType;

  @Int({ min: 1, description: 'in bytes' })
  size!: number;

  @Text({ max: 64, description: 'SHA-256, hexadecimal' })
  sha256!: string;
}

export class UploadQuery {
  @Text({
    optional: true,
    min: 64,
    max: 64,
    pattern: /^[0-9a-f]{64}$/,
    description: 'SHA-256 of the file, hexadecimal, where `Content-Digest` cannot be sent',
  })
  sha256?: string;
}
