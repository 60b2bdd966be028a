import { DueRows, FileStore, Job, type Tx } from '@ciep/platform';
import { ExhibitionConfig } from '../exhibition.config.js';

interface UnusedUpload {
  readonly id: string;
  readonly file_key: string;
}

/** Files that were uploaded but never attached to an agreement. */
@Job()
export class RemoveUnusedUploads extends DueRows<UnusedUpload> {
  override readonly everySeconds = 60;

  constructor(
    private readonly files: FileStore,
    private readonly config: ExhibitionConfig,
  ) {
    super();
  }

  async claim(tx: Tx, now: Date, skip: readonly string[]): Promise<UnusedUpload | undefined> {
    const [upload] = await tx.query<UnusedUpload[]>(
      `SELECT id, file_key FROM uploads WHERE NOT is_used AND uploaded_at < $1 AND id <> ALL($2)
       ORDER BY uploaded_at, id LIMIT 1 FOR UPDATE SKIP LOCKED`,
      [new Date(now.getTime() - this.config.keepUploadsHours * 3_600_000), skip],
    );
    return upload;
  }

  /** Deletes the file first: the next round cleans up a row without a file, but nothing would find a file without a row. */
  async handle({ id, file_key: key }: UnusedUpload, tx: Tx): Promise<void> {
    await this.files.remove(key);
    await tx.query('DELETE FROM uploads WHERE id = $1', [id]);
  }
}
