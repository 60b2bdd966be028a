import { DomainError, type LocalizedText } from '@ciep/kernel';
import type { Principal } from '@ciep/platform';
import { PersonOnly } from '../passwords/password.errors.js';

/** The account of the person who calls; throws `PersonOnly` for a program. */
export function personIn({ kind, id }: Principal): string {
  if (kind !== 'user') throw new PersonOnly();
  return id;
}

/** Nobody would be left to administer the organisation. */
export class LastAdministrator extends DomainError {
  constructor({ id: organisationId, name }: { readonly id: string; readonly name: LocalizedText }) {
    super(
      'conflict',
      'account.last_administrator',
      {
        zh: `您是“${name.zh}”的最后一位管理员，请先指定另一位管理员。`,
        en: `You are the last administrator of ${name.en}: appoint another one first.`,
      },
      { organisationId },
    );
  }
}
