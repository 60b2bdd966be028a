import type { ThingOwner } from '@ciep/contracts';
import { DomainError } from '@ciep/kernel';

export class MailNotFailed extends DomainError {
  constructor(id: string) {
    super(
      'conflict',
      'mail.not_failed',
      { zh: '只有发送失败的邮件可以重新发送。', en: 'Only a mail that was given up can be sent again.' },
      { id },
    );
  }
}

export class OutsideDevelopment extends DomainError {
  constructor() {
    super('not_found', 'route.unknown', { zh: '没有此地址。', en: 'There is nothing at this address.' });
  }
}

/** Why a mail could not be sent, for operators: a code without addresses and without texts of servers. */
export type MailFailure =
  | `${ThingOwner}_unavailable`
  | 'recipient_unknown'
  | 'thing_unknown'
  | 'address_invalid'
  | 'link_expired'
  | 'server_unavailable'
  | 'refused_by_server'
  | 'template_broken'
  | 'took_too_long';

/** Permanent failures, which are not retried. */
const finals: readonly MailFailure[] = ['recipient_unknown', 'thing_unknown', 'address_invalid', 'link_expired', 'refused_by_server'];

/** An attempt to send a mail failed. */
export class MailUndeliverable extends Error {
  constructor(
    readonly failure: MailFailure,
    cause?: unknown,
  ) {
    super(failure, { cause });
    this.name = 'MailUndeliverable';
  }

  get isFinal(): boolean {
    return finals.includes(this.failure);
  }
}
