import { select, type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { BoothUnsuitable, UnknownReference } from '../applications/application.errors.js';
import type { CandidateBooth, HeldBooth } from '../applications/application.rules.js';
import { BoothTaken } from '../booths/booth.errors.js';

export type FreedReason = 'swapped' | 'withdrawn' | 'overdue' | 'organizer';

const candidateColumns = select<CandidateBooth>('b', ['areaDm2', 'areaType'], {
  boothId: 'b.id',
  boothNumber: 'b.number',
  boothType: 'b.type',
  boardId: 'b.node_id',
});

/** The allocations of booths. Two partial unique indexes, not these statements, guarantee one live allocation per booth. */
@Injectable()
export class AllocationRepository {
  /** A booth in the organizer's offer. Throws {@link UnknownReference} or {@link BoothUnsuitable}. */
  async candidate(boothId: string, tx: Tx): Promise<CandidateBooth> {
    const [booth] = await tx.query<(CandidateBooth & { status: string })[]>(
      `SELECT ${candidateColumns}, b.status FROM booths b WHERE b.id = $1`,
      [boothId],
    );
    if (!booth) throw new UnknownReference('/boothId');
    if (booth.status !== 'available') throw new BoothUnsuitable('not_available');
    return booth;
  }

  /**
   * Throws {@link BoothTaken} if another live allocation has the booth, and {@link BoothUnsuitable} if the organizer has blocked or changed
   * it since it was read.
   */
  async allocate(booth: HeldBooth, applicationId: string, at: Date, tx: Tx): Promise<void> {
    if (await this.tryToAllocate(booth, applicationId, at, tx)) return;
    const taken = await tx.query<unknown[]>('SELECT 1 FROM allocations WHERE booth_id = $1 AND is_live', [booth.boothId]);
    if (taken.length > 0) throw new BoothTaken(booth.boothId);
    await this.candidate(booth.boothId, tx);
    throw new BoothUnsuitable('changed');
  }

  /**
   * Whether the booth is still as it was read: price and agreement depend on that. The shared lock on its row prevents the organizer from
   * changing or blocking it meanwhile.
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

  /** Locks in a fixed order, so that two crossing exchanges wait instead of deadlocking. */
  async lockInOrder(boothIds: readonly string[], tx: Tx): Promise<void> {
    await tx.query('SELECT 1 FROM booths WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE', [boothIds]);
  }
}
