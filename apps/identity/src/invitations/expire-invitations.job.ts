import { DueRows, Job, type Tx } from '@ciep/platform';
import { InvitationRepository } from './invitation.repository.js';

interface Row {
  readonly id: string;
}

/** Closes invitations that nobody has accepted in time, within seconds (docs/rules.md#invitations). */
@Job()
export class ExpireInvitations extends DueRows<Row> {
  constructor(private readonly invitations: InvitationRepository) {
    super();
  }

  async claim(tx: Tx, now: Date, skip: readonly string[]): Promise<Row | undefined> {
    const [row] = await tx.query<Row[]>(
      `SELECT id FROM invitations WHERE status = 'pending' AND expires_at <= $1 AND NOT id = ANY($2::uuid[])
        ORDER BY expires_at LIMIT 1 FOR UPDATE SKIP LOCKED`,
      [now, skip],
    );
    return row;
  }

  async handle({ id }: Row, tx: Tx, now: Date): Promise<void> {
    await this.invitations.in(tx).update(id, invitation => invitation.expire(now));
  }
}
