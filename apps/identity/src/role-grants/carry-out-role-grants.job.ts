import { DueRows, Job, type Tx } from '@ciep/platform';
import { RoleChanges } from './role-changes.service.js';

interface Row {
  readonly id: string;
  readonly isMember: boolean;
}

const isMember = `EXISTS (SELECT 1 FROM memberships m
  WHERE m.account_id = g.account_id AND m.organisation_id = g.organisation_id AND m.created_at <= g.created_at)`;

/** Begins and ends role grants when their time comes, and ends those of people who are no members any more (docs/rules.md#role-grants). */
@Job()
export class CarryOutRoleGrants extends DueRows<Row> {
  constructor(private readonly changes: RoleChanges) {
    super();
  }

  async claim(tx: Tx, now: Date, skip: readonly string[]): Promise<Row | undefined> {
    const [row] = await tx.query<Row[]>(
      `SELECT g.id, ${isMember} AS "isMember" FROM role_grants g
        WHERE g.status IN ('proposed', 'active') AND NOT g.id = ANY($2::uuid[])
          AND (g.valid_until <= $1 OR (g.status = 'active' AND g.started_at IS NULL AND g.valid_from <= $1) OR NOT ${isMember})
        ORDER BY g.id LIMIT 1 FOR UPDATE OF g SKIP LOCKED`,
      [now, skip],
    );
    return row;
  }

  async handle({ id, isMember }: Row, tx: Tx): Promise<void> {
    await this.changes.change(id, (grant, now) => grant.carryOut({ isMember }, now), tx);
  }
}
