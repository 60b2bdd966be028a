import { permissionsOf } from '@ciep/contracts';
import { Database, Principal } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { AccountQueries } from './accounts.queries.js';
import type { MeDto, MyOrganisationDto } from './me.dto.js';

@Injectable()
export class MeQueries {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountQueries,
  ) {}

  /** What a token says about its holder, with the names that belong to it. */
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
      permissions: permissionsOf(principal.roles),
    };
  }

  private async organisation(id: string): Promise<MyOrganisationDto | null> {
    const [row] = await this.database.query<MyOrganisationDto[]>(
      `SELECT id, jsonb_build_object('zh', name_zh, 'en', name_en) AS name, kind, region_code AS "regionCode" FROM organisations WHERE id = $1`,
      [id],
    );
    return row ?? null;
  }
}
