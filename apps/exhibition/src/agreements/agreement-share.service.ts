import type { Caller, Principal } from '@ciep/platform';
import { Injectable, type PipeTransform } from '@nestjs/common';
import { exhibitorMoves, organizerMoves, type AgreementStatus } from './agreement.rules.js';

/** The agreements that a caller may see, and the allowed actions. */
export interface AgreementShare {
  /** Only of this organisation; undefined for all. */
  readonly organisationId: string | undefined;
  /** The actions that the caller may take on a visible agreement. */
  readonly actions: (status: AgreementStatus) => string[];
}

/** The share of an exhibitor. */
export type OwnAgreementShare = AgreementShare & { readonly organisationId: string };

/** For routes of exhibitors. Throws `OrganisationMissing` if the caller belongs to no organisation. */
@Injectable()
export class OwnAgreements implements PipeTransform<Caller, OwnAgreementShare> {
  transform({ principal }: Caller): OwnAgreementShare {
    return { organisationId: principal.owner, actions: actionsOf(principal) };
  }
}

/** For all other routes. Partner units do not need seals and contacts, so they see none. */
@Injectable()
export class VisibleAgreements implements PipeTransform<Caller, AgreementShare> {
  transform({ principal }: Caller): AgreementShare {
    return { organisationId: principal.may('all_applications:read') ? undefined : principal.owner, actions: actionsOf(principal) };
  }
}

const actionsOf = (principal: Principal) => (status: AgreementStatus) => [
  ...(principal.may('agreement:sign') ? exhibitorMoves.allowed(status) : []),
  ...(principal.may('agreement:verify') ? organizerMoves.allowed(status) : []),
];
