import { NotFound } from '@ciep/kernel';
import { Database, type Reader, type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';

/** The editions and milestones published by conference. */
@Injectable()
export class KnownEditions {
  constructor(private readonly database: Database) {}

  /**
   * The first instant that is too late to submit an application; undefined until conference sets it (docs/rules.md#application-deadline).
   */
  async deadline(editionId: string, reader: Reader = this.database): Promise<Date | undefined> {
    const [row] = await reader.query<{ at: Date }[]>(
      `SELECT at FROM known_milestones WHERE edition_id = $1 AND kind = 'exhibition_application_deadline' ORDER BY id DESC LIMIT 1`,
      [editionId],
    );
    return row?.at;
  }

  /** The day before the edition of an application starts; undefined until conference publishes a date (docs/rules.md#last-day-to-pay). */
  async lastDayToPay(applicationId: string, reader: Reader): Promise<string | undefined> {
    const [row] = await reader.query<{ day: string | null }[]>(
      'SELECT e.starts_on - 1 AS day FROM known_editions e JOIN applications a ON a.edition_id = e.id WHERE a.id = $1',
      [applicationId],
    );
    return row?.day ?? undefined;
  }

  /** Throws `NotFound` for an edition that is not public yet. */
  async mustBePublished(editionId: string, reader: Reader = this.database): Promise<void> {
    const [row] = await reader.query('SELECT 1 FROM known_editions WHERE id = $1 AND published', [editionId]);
    if (!row) throw new NotFound('edition', editionId);
  }

  /** Throws `NotFound` for an unknown edition. */
  async mustBeKnown(editionId: string, reader: Reader = this.database): Promise<void> {
    const [row] = await reader.query('SELECT 1 FROM known_editions WHERE id = $1', [editionId]);
    if (!row) throw new NotFound('edition', editionId);
  }

  /**
   * Serializes changes to the tree and booths of an edition: only then can a transaction check that a node has either children or booths,
   * and that the tree has no cycle. Throws `NotFound`.
   */
  async lockVenue(editionId: string, tx: Tx): Promise<void> {
    const [row] = await tx.query<unknown[]>('SELECT 1 FROM known_editions WHERE id = $1 FOR NO KEY UPDATE', [editionId]);
    if (!row) throw new NotFound('edition', editionId);
  }
}
