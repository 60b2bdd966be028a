import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { BoothUnsuitable, UnknownReference } from '../applications/application.errors.js';
import type { CandidateBooth, HeldBooth } from '../applications/application.rules.js';
import { BoothTaken } from '../booths/booth.errors.js';

export type FreedReason = 'swapped' | 'withdrawn' | 'overdue' | 'organizer';

/** Rows of who has which booth. Two partial unique indexes, not these statements, promise that a booth has one live allocation. */
@Injectable()
export class AllocationRepository {
  /** A booth that the organizer offers. Throws {@link UnknownReference} or {@link BoothUnsuitable}. */
  async candidate(boothId: string, tx: Tx): Promise<CandidateBooth> {
    const [booth] = await tx.query<(CandidateBooth & { status: string })[]>(
      `SELECT id AS "boothId", number AS "boothNumber", type AS "boothType", area_dm2 AS "areaDm2", area_type AS "areaType", node_id AS "boardId", status
       FROM booths WHERE id = $1`,
      [boothId],
    );
    if (!booth) throw new UnknownReference('/boothId');
    if (booth.status !== 'available') throw new BoothUnsuitable('not_available');
    return booth;
  }

  /** Throws {@link BoothTaken} when a live allocation has the booth, or gets it first. */
  async allocate(booth: HeldBooth, applicationId: string, at: Date, tx: Tx): Promise<void> {
    if (!(await this.tryToAllocate(booth, applicationId, at, tx))) throw new BoothTaken(booth.boothId);
  }

  /** Whether the booth could be allocated. The shared lock on its row keeps the organizer from blocking it meanwhile. */
  async tryToAllocate({ allocationId, boothId }: HeldBooth, applicationId: string, at: Date, tx: Tx): Promise<boolean> {
    const allocated = await tx.query<unknown[]>(
      `INSERT INTO allocations (id, application_id, booth_id, is_live, allocated_at)
       SELECT $1, $2, b.id, true, $4 FROM booths b WHERE b.id = $3 AND b.status = 'available' FOR SHARE
       ON CONFLICT DO NOTHING RETURNING 1`,
      [allocationId, applicationId, boothId, at],
    );
    return allocated.length > 0;
  }

  async free(applicationId: string, reason: FreedReason, at: Date, tx: Tx): Promise<void> {
    await tx.query('UPDATE allocations SET is_live = false, freed_at = $3, freed_reason = $2 WHERE application_id = $1 AND is_live', [
      applicationId,
      reason,
      at,
    ]);
  }

  /** Two exchanges that cross wait for each other here, always in the same order, and never dead-lock. */
  async lockInOrder(boothIds: readonly string[], tx: Tx): Promise<void> {
    await tx.query('SELECT 1 FROM booths WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE', [boothIds]);
  }
}
