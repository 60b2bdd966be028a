import { select, type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';

/** A stored file that is not attached yet. */
export interface WaitingUpload {
  readonly id: string;
  readonly fileKey: string;
  readonly mediaType: string;
  readonly size: number;
  readonly sha256: string;
}

/** Unattached uploads; each can be used once. */
@Injectable()
export class UploadRepository {
  /** An upload of this organisation, used or not; undefined if there is none. */
  async find(id: string, organisationId: string, tx: Tx): Promise<WaitingUpload | undefined> {
    const [upload] = await tx.query<WaitingUpload[]>(
      `SELECT ${select<WaitingUpload>('uploads', ['id', 'fileKey', 'mediaType', 'size', 'sha256'])} FROM uploads WHERE id = $1 AND organisation_id = $2`,
      [id, organisationId],
    );
    return upload;
  }

  /** Marks the upload as used; false if another request was first. */
  async use(id: string, tx: Tx): Promise<boolean> {
    const [, used] = await tx.query<[unknown[], number]>('UPDATE uploads SET is_used = true WHERE id = $1 AND NOT is_used', [id]);
    return used === 1;
  }
}
