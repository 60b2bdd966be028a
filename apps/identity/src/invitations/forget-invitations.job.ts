import { DueRows, Job, type Tx } from '@ciep/platform';
import { InvitationRepository } from './invitation.repository.js';

interface Row {
  readonly id: string;
}

/** Deletes invitations 90 days after they were accepted, revoked or expired (docs/rules.md#invitations). */
@Job()
export class ForgetInvitations extends DueRows<Row> {
  override readonly everySeconds = 60;

  constructor(private readonly invitations: InvitationRepository) {
    super();
  }

  async claim(tx: Tx, now: Date, skip: readonly string[]): Promise<Row | undefined> {
    const [row] = await tx.query<Row[]>(
      `SELECT id FROM invitations WHERE status <> 'pending' AND closed_at < $1::timestamptz - interval '90 days' AND NOT id = ANY($2::uuid[])
        ORDER BY closed_at LIMIT 1 FOR UPDATE SKIP LOCKED`,
      [now, skip],
    );
    return row;
  }

  async handle({ id }: Row, tx: Tx): Promise<void> {
    await this.invitations.in(tx).remove(id, invitation => void invitation);
  }
}
