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

  /**
   * Throws {@link BoothTaken} when a live allocation has the booth, or gets it first, and {@link BoothUnsuitable} when the organizer
   * has blocked or changed it since it was looked at.
   */
  async allocate(booth: HeldBooth, applicationId: string, at: Date, tx: Tx): Promise<void> {
    if (await this.tryToAllocate(booth, applicationId, at, tx)) return;
    const taken = await tx.query<unknown[]>('SELECT 1 FROM allocations WHERE booth_id = $1 AND is_live', [booth.boothId]);
    if (taken.length > 0) throw new BoothTaken(booth.boothId);
    await this.candidate(booth.boothId, tx);
    throw new BoothUnsuitable('changed');
  }

  /**
   * Whether the booth could be allocated, being what it was when it was looked at: price and agreement rest on that. The shared lock
   * on its row keeps the organizer from changing or blocking it meanwhile.
   */
  async tryToAllocate(
    { allocationId, boothId, boothNumber, boothType, areaDm2 }: HeldBooth,
    applicationId: string,
    at: Date,
    tx: Tx,
  ): Promise<boolean> {
    const allocated = await tx.query<unknown[]>(
      `INSERT INTO allocations (id, application_id, booth_id, is_live, allocated_at)
       SELECT $1, a.id, b.id, true, $4 FROM booths b JOIN applications a ON a.id = $2 AND a.board_id = b.node_id AND a.area_type = b.area_type
       WHERE b.id = $3 AND b.status = 'available' AND b.number = $5 AND b.type = $6 AND b.area_dm2 = $7 FOR SHARE OF b
       ON CONFLICT DO NOTHING RETURNING 1`,
      [allocationId, applicationId, boothId, at, boothNumber, boothType, areaDm2],
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
