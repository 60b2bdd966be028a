import { organisationActivated, organisationRegistered, organisationRenamed, type OrganisationRegistered } from '@ciep/contracts';
import { keepCopy, ReactsTo, type ReactionContext } from '@ciep/platform';
import { Controller } from '@nestjs/common';

/** Keeps the payer's legal name and number for the payment demand. */
@Controller()
export class CopyPayerWhenOrganisationChanged {
  @ReactsTo(organisationRegistered, organisationActivated, organisationRenamed)
  async on(
    { organisationId: id, name, creditCode, registerNumber }: OrganisationRegistered,
    { tx, event }: ReactionContext,
  ): Promise<void> {
    const values = { name: name ?? null, credit_code: creditCode ?? null, register_number: registerNumber ?? null };
    await keepCopy(tx, 'known_organisations', { id }, values, event.aggregateversion);
  }
}
