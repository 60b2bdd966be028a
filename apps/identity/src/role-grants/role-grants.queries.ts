import { NotFound } from '@ciep/kernel';
import type { StaffRole } from '@ciep/contracts';
import { Database, Lists, select, where, type Page, type Reader, type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import type { HeldRole, Place } from './grant.rules.js';
import { inForce } from './in-force.rules.js';
import { RoleGrantDto, type ListRoleGrantsQuery } from './role-grants.dto.js';

const columnsAt = (now: string): string =>
  select('g', RoleGrantDto, {
    accountName: '(SELECT a.name FROM accounts a WHERE a.id = g.account_id)',
    isInForce: `(${inForce(now)})`,
  });

const isOn = "g.status = 'active' AND g.started_at IS NOT NULL";

@Injectable()
export class RoleGrantQueries {
  constructor(
    private readonly database: Database,
    private readonly lists: Lists,
  ) {}

  /** One grant. Throws `NotFound`. */
  async get(id: string, reader: Reader = this.database): Promise<RoleGrantDto> {
    const [row] = await reader.query<RoleGrantDto[]>(`SELECT ${columnsAt('$2')} FROM role_grants g WHERE g.id = $1`, [id, this.now()]);
    if (!row) throw new NotFound('role_grant', id);
    return row;
  }

  page(query: ListRoleGrantsQuery): Promise<Page<RoleGrantDto>> {
    const now = `'${this.now().toISOString()}'`;
    return this.lists.page<RoleGrantDto, ListRoleGrantsQuery>(
      {
        select: columnsAt(now),
        from: 'role_grants g',
        where: where()
          .equal('g.account_id', query.accountId)
          .equal('g.organisation_id', query.organisationId)
          .any('g.role', query.role)
          .any('g.status', query.status)
          // The job that ends grants follows the clock; an instant here would make each cursor one of another query.
          .choose(query.inForce, { true: isOn, false: `NOT (${isOn})` }),
        sorts: { createdAt: 'g.created_at', updatedAt: 'g.updated_at' },
        defaultSort: '-createdAt',
        id: 'g.id',
        updatedAt: 'g.updated_at',
      },
      query,
    );
  }

  /** The active account with this id or, in its normal form, mail address. */
  async account(tx: Tx, { id, mailKey }: { id?: string | undefined; mailKey?: string | undefined }): Promise<string | undefined> {
    const [row] = await tx.query<{ id: string }[]>(
      `SELECT id FROM accounts WHERE status = 'active' AND (id = $1 OR ($1::uuid IS NULL AND mail_key = $2))`,
      [id ?? null, mailKey ?? null],
    );
    return row?.id;
  }

  /** An active organisation as the place of a grant. */
  async place(tx: Tx, organisationId: string, accountId: string | undefined): Promise<Place | undefined> {
    const [row] = await tx.query<Place[]>(
      `SELECT o.partner_region AS "partnerRegion",
              EXISTS (SELECT 1 FROM memberships m WHERE m.organisation_id = o.id AND m.account_id = $2) AS "isMember"
         FROM organisations o WHERE o.id = $1 AND o.status = 'active'`,
      [organisationId, accountId ?? null],
    );
    return row;
  }

  /** The grants in force of a person in an organisation. */
  held(tx: Tx, accountId: string, organisationId: string): Promise<HeldRole[]> {
    return tx.query(
      `SELECT g.role, g.region_code AS "regionCode", g.valid_until AS "validUntil" FROM role_grants g
        WHERE g.account_id = $1 AND g.organisation_id = $2 AND ${inForce('$3')}`,
      [accountId, organisationId, this.now()],
    );
  }

  /** The proposed or active grant of a role, if there is one. */
  async open(
    tx: Tx,
    {
      accountId,
      organisationId,
      role,
      regionCode,
    }: { accountId: string; organisationId: string; role: StaffRole; regionCode: string | null },
  ): Promise<string | undefined> {
    const [row] = await tx.query<{ id: string }[]>(
      `SELECT id FROM role_grants WHERE account_id = $1 AND organisation_id = $2 AND role = $3 AND coalesce(region_code, '') = coalesce($4, '')
          AND status IN ('proposed', 'active')`,
      [accountId, organisationId, role, regionCode],
    );
    return row?.id;
  }

  /** The open grants of province partners in an organisation for other regions than this one. */
  async ofOtherRegions(tx: Tx, organisationId: string, regionCode: string | null): Promise<string[]> {
    const rows = await tx.query<{ id: string }[]>(
      `SELECT id FROM role_grants WHERE organisation_id = $1 AND role = 'province_partner' AND status IN ('proposed', 'active')
          AND region_code IS DISTINCT FROM $2 ORDER BY id`,
      [organisationId, regionCode],
    );
    return rows.map(({ id }) => id);
  }

  /** Whether somebody is platform administrator without an end by another grant than this one. */
  async otherAdministrators(tx: Tx, id: string): Promise<boolean> {
    const rows = await tx.query<unknown[]>(
      `SELECT 1 FROM role_grants g JOIN accounts a ON a.id = g.account_id AND a.status = 'active'
        WHERE g.role = 'platform_admin' AND g.id <> $1 AND g.valid_until IS NULL AND ${inForce('$2')} LIMIT 1`,
      [id, this.now()],
    );
    return rows.length > 0;
  }

  private now(): Date {
    return this.database.clock.now();
  }
}
