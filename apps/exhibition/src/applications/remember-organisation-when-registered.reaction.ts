import { organisationActivated, organisationRegistered, type OrganisationActivated, type OrganisationRegistered } from '@ciep/contracts';
import { keepCopy, ReactsTo, type ReactionContext } from '@ciep/platform';
import { Controller } from '@nestjs/common';

/** Only activated organisations may hand applications in; that is all that exhibition knows of them. */
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
}

async function remember(
  { organisationId, kind, origin, regionCode }: OrganisationRegistered,
  isActivated: boolean,
  { tx, event }: ReactionContext,
): Promise<void> {
  const values = { kind, origin, region_code: regionCode, is_activated: isActivated };
  await keepCopy(tx, 'known_organisations', { id: organisationId }, values, event.aggregateversion);
}
