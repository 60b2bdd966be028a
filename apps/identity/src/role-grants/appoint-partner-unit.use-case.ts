import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { OrganisationRepository } from '../organisations/organisation.repository.js';
import { RoleChanges } from './role-changes.service.js';
import { RoleGrantQueries } from './role-grants.queries.js';

/**
 * Makes an organisation the partner unit of a region, or of none any more (docs/rules.md#partner-units). The roles of its province partners
 * for another region end. Throws `NotFound`, `StaleVersion` and `PartnerUnitNotActive`.
 */
@Injectable()
export class AppointPartnerUnit {
  constructor(
    private readonly organisations: OrganisationRepository,
    private readonly changes: RoleChanges,
    private readonly queries: RoleGrantQueries,
  ) {}

  async execute(
    { id, version, regionCode, reason }: { id: string; version: number; regionCode: string | null; reason: string },
    tx: Tx,
  ): Promise<void> {
    await this.changes.hold(tx);
    await this.organisations.in(tx).update(id, organisation => organisation.appointPartner(regionCode, reason), { version });
    for (const grant of await this.queries.ofOtherRegions(tx, id, regionCode))
      await this.changes.change(
        grant,
        (role, now) => role.expire('The organisation is not the partner unit of this region any more', now),
        tx,
      );
  }
}
