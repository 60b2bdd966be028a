import { Clock, newId } from '@ciep/kernel';
import { Database, FileStore, type IncomingFile, type Principal, type StoredFile } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { ExhibitionConfig } from '../exhibition.config.js';
import { ScanInspection } from './scan-inspection.service.js';
import { DigestDiffers, ScanTypeDiffers, ScanTypeUnsupported } from './upload.errors.js';
import { isScanType, type ScanType } from './upload.rules.js';

/** An uploaded file that is not yet attached. */
export interface ReceivedScan {
  readonly id: string;
  readonly mediaType: ScanType;
  readonly size: number;
  readonly sha256: string;
}

/** Stores stamped scans from streams; a refused upload leaves nothing behind. */
@Injectable()
export class ScanUploads {
  constructor(
    private readonly files: FileStore,
    private readonly database: Database,
    private readonly inspection: ScanInspection,
    private readonly config: ExhibitionConfig,
    private readonly clock: Clock,
  ) {}

  /**
   * Throws `FileTooLarge`, {@link ScanTypeUnsupported}, {@link ScanTypeDiffers}, {@link DigestDiffers}, or an error of {@link
   * ScanInspection}.
   */
  async receive(incoming: IncomingFile, sha256: string | undefined, principal: Principal): Promise<ReceivedScan> {
    const organisationId = principal.owner;
    const stored = await this.files.save(incoming.stream, { maxBytes: this.config.maxScanMb * 1024 * 1024 });
    try {
      const scan = { id: newId(), ...checked(stored, incoming.mediaType, [incoming.sha256, sha256]) };
      await this.inspection.check(stored, scan.mediaType);
      await this.database.query(
        `INSERT INTO uploads (id, organisation_id, uploaded_by, uploaded_at, file_key, media_type, size, sha256, is_used)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, false)`,
        [scan.id, organisationId, principal.id, this.clock.now(), stored.key, scan.mediaType, scan.size, scan.sha256],
      );
      return scan;
    } catch (error) {
      await this.files.remove(stored.key);
      throw error;
    }
  }
}

/** The media type follows from the content and must match the caller's. */
function checked(
  { mediaType, size, sha256 }: StoredFile,
  declared: string,
  digests: readonly (string | undefined)[],
): Omit<ReceivedScan, 'id'> {
  if (!isScanType(mediaType)) throw new ScanTypeUnsupported();
  if (mediaType !== declared) throw new ScanTypeDiffers(declared, mediaType);
  if (digests.some(digest => digest !== undefined && digest !== sha256)) throw new DigestDiffers(sha256);
  return { mediaType, size, sha256 };
}
