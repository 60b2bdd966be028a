import { permissionsWithin } from '@ciep/contracts';
import { Database, Principal, select, type Reader } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { AccountQueries } from './accounts.queries.js';
import { MyAccountDto, MyOrganisationDto, type MeDto, type MyMembershipsDto } from './me.dto.js';

const accountColumns = select('a', MyAccountDto);
const organisationColumns = select('o', MyOrganisationDto, { name: `jsonb_build_object('zh', o.name_zh, 'en', o.name_en)` });

@Injectable()
export class MeQueries {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountQueries,
  ) {}

  /** The content of a token about its holder, with readable names. */
  async of(principal: Principal, reader: Reader = this.database): Promise<MeDto> {
    const person = principal.kind === 'user' ? await this.account(principal.id, reader) : undefined;
    return {
      kind: principal.kind,
      id: principal.id,
      clientId: principal.clientId,
      version: person?.version ?? null,
      account: person?.account ?? null,
      organisation: principal.organisationId === undefined ? null : await this.organisation(principal.organisationId, reader),
      regionCode: principal.regionCode ?? null,
      roles: principal.roles,
      scopes: principal.scopes,
      permissions: permissionsWithin(principal.roles, principal.scopes),
    };
  }

  /** The organisations that a person may act for. */
  async organisations({ kind, id, organisationId }: Principal): Promise<MyMembershipsDto> {
    const own = kind === 'user' ? await this.accounts.organisationsOf(id) : [];
    return { items: own.map(each => ({ ...each, isCurrent: each.id === organisationId })) };
  }

  private async account(id: string, reader: Reader): Promise<{ version: number; account: MyAccountDto } | undefined> {
    const [row] = await reader.query<(MyAccountDto & { version: number })[]>(
      `SELECT a.version, ${accountColumns} FROM accounts a WHERE a.id = $1 AND a.status = 'active'`,
      [id],
    );
    if (!row) return undefined;
    const { version, ...account } = row;
    return { version, account };
  }

  private async organisation(id: string, reader: Reader): Promise<MyOrganisationDto | null> {
    const [row] = await reader.query<MyOrganisationDto[]>(`SELECT ${organisationColumns} FROM organisations o WHERE o.id = $1`, [id]);
    return row ?? null;
  }
}
