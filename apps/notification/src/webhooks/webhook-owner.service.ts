import type { Caller } from '@ciep/platform';
import { Injectable, type PipeTransform } from '@nestjs/common';
import { ownerOf, type Owner } from './webhook-audience.rules.js';

/** The owner of the caller's endpoints. Throws `OrganisationMissing`, and `WebhookAudienceUnknown`. */
@Injectable()
export class WebhookOwners implements PipeTransform<Caller, Owner> {
  transform({ principal }: Caller): Owner {
    return ownerOf(principal);
  }
}
