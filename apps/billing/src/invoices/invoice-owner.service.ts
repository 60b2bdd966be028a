import type { Caller } from '@ciep/platform';
import { Injectable, type PipeTransform } from '@nestjs/common';

/** The organisation whose invoices the caller may see; undefined for all. */
export type InvoiceOwner = string | undefined;

/** Callers who may not read all invoices read those of their own organisation. Throws `OrganisationMissing` for callers without one. */
@Injectable()
export class InvoiceOwners implements PipeTransform<Caller, InvoiceOwner> {
  transform({ principal }: Caller): InvoiceOwner {
    return principal.may('invoice:read_all') ? undefined : principal.owner;
  }
}
