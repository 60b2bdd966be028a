import { permissionsWithin } from '@ciep/contracts';
import { Database, Principal, select } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { AccountQueries } from './accounts.queries.js';
import { type MeDto, type MyMembershipsDto, MyOrganisationDto } from './me.dto.js';

const organisationColumns = select('o', MyOrganisationDto, { name: `jsonb_build_object('zh', o.name_zh, 'en', o.name_en)` });

@Injectable()
export class MeQueries {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountQueries,
  ) {}

  /** The content of a token about its holder, with readable names. */
  async of(principal: Principal): Promise<MeDto> {
    return {
      kind: principal.kind,
      id: principal.id,
      clientId: principal.clientId,
      account: principal.kind === 'user' ? ((await this.accounts.person(principal.id)) ?? null) : null,
      organisation: principal.organisationId === undefined ? null : await this.organisation(principal.organisationId),
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

  private async organisation(id: string): Promise<MyOrganisationDto | null> {
    const [row] = await this.database.query<MyOrganisationDto[]>(`SELECT ${organisationColumns} FROM organisations o WHERE o.id = $1`, [
      id,
    ]);
    return row ?? null;
  }
}
