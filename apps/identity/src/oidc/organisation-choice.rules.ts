/** The prompt that lets a person choose an organisation, and the name of its result. */
export const selectOrganisation = 'select_organisation';

/** What decides for which organisation a login acts. `null` is no organisation: the person belongs to none. */
export interface Wishes {
  /** The active organisations that the person belongs to. */
  readonly own: readonly string[];
  /** What the person has chosen on the page. */
  readonly chosen?: string | null | undefined;
  /** Whether the application wants the person to choose, whatever was chosen before. */
  readonly isAskedAgain?: boolean;
  /** The organisation that the application asks for. */
  readonly wanted?: string | undefined;
  /** The organisation of the login that the application has in this session. */
  readonly present?: string | null | undefined;
}

/** The organisation, or that the person has to be asked. */
export type Decision = { readonly kind: 'decided'; readonly organisationId: string | null } | { readonly kind: 'ask' };

const ask: Decision = { kind: 'ask' };
const decided = (organisationId: string | null): Decision => ({ kind: 'decided', organisationId });

/** Decides for which organisation a login acts, or asks (docs/rules.md#organisation-choice). Nobody gets an organisation of others. */
export function decide({ own, chosen, isAskedAgain = false, wanted, present }: Wishes): Decision {
  if (chosen !== undefined) return isChoice(own, chosen) ? decided(chosen) : ask;
  if (isAskedAgain && own.length > 1) return ask;
  if (wanted !== undefined) return own.includes(wanted) ? decided(wanted) : ask;
  if (own.length < 2) return decided(own[0] ?? null);
  return present !== undefined && present !== null && own.includes(present) ? decided(present) : ask;
}

/** Whether a person may choose it: an own organisation, or none if there is no other choice. */
export const isChoice = (own: readonly string[], chosen: string | null): boolean =>
  chosen === null ? own.length === 0 : own.includes(chosen);
