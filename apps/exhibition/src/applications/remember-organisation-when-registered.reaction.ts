import {
  organisationActivated,
  organisationRegistered,
  organisationRenamed,
  type OrganisationActivated,
  type OrganisationRegistered,
  type OrganisationRenamed,
} from '@ciep/contracts';
import { keepCopy, ReactsTo, type ReactionContext } from '@ciep/platform';
import { Controller } from '@nestjs/common';

/** Keeps a copy of organisations: only activated ones may apply, and agreements and endorsements show the legal name. */
@Controller()
export class RememberOrganisationWhenRegistered {
  @ReactsTo(organisationRegistered)
  async onRegistered(organisation: OrganisationRegistered, context: ReactionContext): Promise<void> {
    await remember(organisation, false, context);
  }

  @ReactsTo(organisationActivated)
  async onActivated(organisation: OrganisationActivated, context: ReactionContext): Promise<void> {
    await remember(organisation, true, context);
  }

  /** Only an active organisation can be renamed. */
  @ReactsTo(organisationRenamed)
  async onRenamed(organisation: OrganisationRenamed, context: ReactionContext): Promise<void> {
    await remember(organisation, true, context);
  }
}

async function remember(
  { organisationId, kind, origin, regionCode, name, creditCode, registerNumber }: OrganisationRegistered,
  isActivated: boolean,
  { tx, event }: ReactionContext,
): Promise<void> {
  const legal = { name: name ?? null, credit_code: creditCode ?? null, register_number: registerNumber ?? null };
  const values = { kind, origin, region_code: regionCode, is_activated: isActivated, ...legal };
  await keepCopy(tx, 'known_organisations', { id: organisationId }, values, event.aggregateversion);
}
