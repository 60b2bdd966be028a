import { normalMail, Clock } from '@ciep/kernel';
import type { StaffRole } from '@ciep/contracts';
import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { checkGranter, grantFaults } from './grant.rules.js';
import { Granters, type Decider } from './granters.service.js';
import { RoleChanges } from './role-changes.service.js';
import { RoleGrant } from './role-grant.entity.js';
import { personUnclear, personUnknown, RoleGrantExists, RoleNotGrantable } from './role-grant.errors.js';
import { RoleGrantQueries } from './role-grants.queries.js';

/** What a person grants to whom; the other person is named by account or mail address. */
export interface GrantedRole {
  readonly accountId?: string | undefined;
  readonly mail?: string | undefined;
  readonly organisationId: string;
  readonly role: StaffRole;
  readonly regionCode?: string | undefined;
  readonly from?: Date | undefined;
  readonly until?: Date | undefined;
  readonly reason: string;
}

/**
 * Gives a person a staff or partner role in an organisation (docs/rules.md#role-grants). Throws `PersonOnly`, `BeyondOwnRoles`,
 * `RoleNotGrantable` with all faults, and `RoleGrantExists`.
 */
@Injectable()
export class GrantRole {
  constructor(
    private readonly changes: RoleChanges,
    private readonly granters: Granters,
    private readonly queries: RoleGrantQueries,
    private readonly clock: Clock,
  ) {}

  async execute({ accountId, mail, ...given }: GrantedRole & { decider: Decider }, tx: Tx): Promise<string> {
    const { decider, ...wanted } = given;
    await this.changes.hold(tx);
    const granter = await this.granters.find(decider, tx);
    const now = this.clock.now();
    const isClear = (accountId === undefined) !== (mail === undefined);
    const person = isClear
      ? await this.queries.account(tx, { id: accountId, mailKey: mail === undefined ? undefined : normalMail(mail) })
      : undefined;
    const place = await this.queries.place(tx, wanted.organisationId, person);
    const regionCode = wanted.regionCode ?? (wanted.role === 'province_partner' ? (place?.partnerRegion ?? null) : null);
    checkGranter(granter, { ...wanted, regionCode });
    const faults = [
      ...(person === undefined ? [isClear ? personUnknown(mail === undefined ? '/accountId' : '/mail') : personUnclear] : []),
      // Whether an unknown person is a member is no second fault.
      ...grantFaults(wanted, place && { ...place, isMember: person === undefined || place.isMember }, now),
    ];
    if (faults.length > 0 || person === undefined) throw new RoleNotGrantable(faults);
    const grant = RoleGrant.give({ ...wanted, accountId: person, regionCode, grantedBy: granter.accountId }, now);
    const open = await this.queries.open(tx, grant);
    if (open !== undefined) throw new RoleGrantExists(grant.role, open);
    await this.changes.add(grant, tx);
    return grant.id;
  }
}
