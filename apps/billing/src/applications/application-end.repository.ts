import { type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';

/**
 * What billing remembers of an application: the version with which it ended last. Facts of one application reach different reactions
 * in any order, so each takes this row first; an approval that is older than the end opens nothing.
 */
@Injectable()
export class ApplicationEndRepository {
  /** Locks the application until the commit and answers the version with which it ended last, 0 when it has not. */
  async lock(tx: Tx, applicationId: string): Promise<number> {
    const [row] = await tx.query<{ ended_version: number }[]>(
      `INSERT INTO application_ends AS known (application_id, ended_version) VALUES ($1, 0)
       ON CONFLICT (application_id) DO UPDATE SET ended_version = known.ended_version RETURNING ended_version`,
      [applicationId],
    );
    return row?.ended_version ?? 0;
  }

  /** Notes an end; an older one than the known changes nothing. */
  async end(tx: Tx, applicationId: string, version: number): Promise<void> {
    await tx.query(`UPDATE application_ends SET ended_version = greatest(ended_version, $2) WHERE application_id = $1`, [
      applicationId,
      version,
    ]);
  }
}
