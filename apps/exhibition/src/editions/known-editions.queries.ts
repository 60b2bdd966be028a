import { NotFound } from '@ciep/kernel';
import { Database, type Reader, type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';

/** What conference has told about the editions and their milestones. */
@Injectable()
export class KnownEditions {
  constructor(private readonly database: Database) {}

  /** The first instant that is too late to hand an application in; undefined while conference has set none (docs/rules.md#application-deadline). */
  async deadline(editionId: string, reader: Reader = this.database): Promise<Date | undefined> {
    const [row] = await reader.query<{ at: Date }[]>(
      `SELECT at FROM known_milestones WHERE edition_id = $1 AND kind = 'exhibition_application_deadline' ORDER BY id DESC LIMIT 1`,
      [editionId],
    );
    return row?.at;
  }

  /** Throws `NotFound` for an edition that the public may not see yet. */
  async mustBePublished(editionId: string, reader: Reader = this.database): Promise<void> {
    const [row] = await reader.query('SELECT 1 FROM known_editions WHERE id = $1 AND published', [editionId]);
    if (!row) throw new NotFound('edition', editionId);
  }

  /** Throws `NotFound` for an edition that conference has not told about. */
  async mustBeKnown(editionId: string, reader: Reader = this.database): Promise<void> {
    const [row] = await reader.query('SELECT 1 FROM known_editions WHERE id = $1', [editionId]);
    if (!row) throw new NotFound('edition', editionId);
  }

  /**
   * Lets one transaction at a time change the tree of an edition or put booths into it: that a node has either children or
   * booths, and that a tree has no circle, can only be checked while it stands still. Throws `NotFound`.
   */
  async lockVenue(editionId: string, tx: Tx): Promise<void> {
    const [row] = await tx.query<unknown[]>('SELECT 1 FROM known_editions WHERE id = $1 FOR NO KEY UPDATE', [editionId]);
    if (!row) throw new NotFound('edition', editionId);
  }
}
