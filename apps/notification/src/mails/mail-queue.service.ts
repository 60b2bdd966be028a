import type { Audience } from '@ciep/contracts';
import {
  counter,
  Database,
  where,
  type Invariant,
  type Tx,
  OutboundQueue,
  triedInTime,
  type OutboundRow,
  type OutboundTable,
} from '@ciep/platform';
import { Injectable } from '@nestjs/common';

/** The recipient of a mail; identity provides address, name and language when it is sent, and they are not stored. */
export interface Recipient {
  readonly kind: Audience;
  /** Its id, or the code of the region whose partner unit is meant. */
  readonly key: string;
}

/** A mail order: ids and business values only. */
export interface MailOrder {
  readonly template: string;
  readonly to: Recipient;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A mail in progress in this process. */
export interface MailRow extends OutboundRow, Omit<MailOrder, 'to'> {
  readonly kind: Audience;
  readonly key: string;
  /** Message-IDs that were already sent. */
  readonly served: readonly string[];
}

const minute = 60_000;
const hour = 60 * minute;

/** Eight attempts in a day and a half, then the mail has failed (docs/rules.md#mail-retries). */
export const mailTable: OutboundTable = {
  name: 'mails',
  sent: 'sent',
  columns: 'q.template, q.recipient_kind AS kind, q.recipient_key AS key, q.data, q.served',
  pauses: [minute, 5 * minute, 15 * minute, hour, 4 * hour, 8 * hour, 24 * hour],
  attempts: counter(
    'ciep_mail_attempts_total',
    'Attempts to send a mail to all of its addressees; outcome: sent, retry (tried again later), exhausted or failed',
    ['service', 'outcome'],
  ),
};

/** Due mails have been attempted. A failed attempt is scheduled again or given up; neither is lost. */
export const mailInvariants: readonly Invariant[] = [
  triedInTime(mailTable, 15 * minute, { name: 'mail_is_tried_in_time', holds: 'a due mail is tried within a quarter of an hour' }),
];

/** Waiting, sent and failed mails. */
@Injectable()
export class MailQueue extends OutboundQueue<MailRow> {
  constructor(database: Database) {
    super(database, mailTable);
  }

  /** Each order once per cause (the id of an event, or of a local cause). */
  async order(causeId: string, orders: readonly MailOrder[], tx: Tx): Promise<void> {
    const rows = orders.map(({ template, to, data }) => ({
      event_id: causeId,
      template,
      recipient_kind: to.kind,
      recipient_key: to.key,
      data,
    }));
    await this.add(rows, tx);
  }

  /** Retries a failed mail with all its attempts again; returns whether it had failed. */
  again(id: string, tx: Tx): Promise<boolean> {
    return this.sendAgain(where().equal('id', id).equal('status', 'failed'), tx, { failure: null });
  }
}
