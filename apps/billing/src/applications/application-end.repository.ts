import { type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';

/**
 * Remembers the application version at its last end. Different reactions receive the events of one application in any order, so each locks
 * this row first; an approval older than the end opens no invoice.
 */
@Injectable()
export class ApplicationEndRepository {
  /** Locks the application until the commit. Returns the version at its last end, or 0 if it has not ended. */
  async lock(tx: Tx, applicationId: string): Promise<number> {
    const [row] = await tx.query<{ ended_version: number }[]>(
      `INSERT INTO application_ends AS known (application_id, ended_version) VALUES ($1, 0)
       ON CONFLICT (application_id) DO UPDATE SET ended_version = known.ended_version RETURNING ended_version`,
      [applicationId],
    );
    return row?.ended_version ?? 0;
  }

  /** Records an end; one older than the recorded end changes nothing. */
  async end(tx: Tx, applicationId: string, version: number): Promise<void> {
    await tx.query(`UPDATE application_ends SET ended_version = greatest(ended_version, $2) WHERE application_id = $1`, [
      applicationId,
      version,
    ]);
  }
}
