import { Clock, newId } from '@ciep/kernel';
import { currentContext, type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';

/** Whom a mail is for; address, name and language are asked from identity when it is sent, and not kept. */
export interface Recipient {
  readonly kind: 'verification' | 'organisation' | 'region';
  /** Id of the verification or organisation, or code of the region whose partner is meant. */
  readonly key: string;
}

/** A mail to be written: ids and business values only. */
export interface MailOrder {
  readonly template: string;
  readonly to: Recipient;
  readonly data: Readonly<Record<string, string | number | boolean | null>>;
}

/** Writes the rows that the mail job sends. */
@Injectable()
export class MailQueue {
  constructor(private readonly clock: Clock) {}

  /** Each order once for each cause (the id of a fact, or of what happened here). */
  async order(causeId: string, orders: readonly MailOrder[], tx: Tx): Promise<void> {
    for (const { template, to, data } of orders) {
      await tx.query(
        `INSERT INTO mails (id, event_id, template, recipient_kind, recipient_key, data, status, due_at, traceparent)
         VALUES ($1, $2, $3, $4, $5, $6, 'waiting', $7, $8)
         ON CONFLICT (event_id, template, recipient_kind, recipient_key) DO NOTHING`,
        [newId(), causeId, template, to.kind, to.key, JSON.stringify(data), this.clock.now(), currentContext()?.traceparent],
      );
    }
  }

  /** A mail that was given up is tried again, with all its attempts before it; answers whether it had been given up. */
  async again(id: string, tx: Tx): Promise<boolean> {
    const [, count] = await tx.query<[unknown[], number]>(
      `UPDATE mails SET status = 'waiting', failure = NULL, attempts = 0, due_at = $2, version = version + 1, updated_at = now() WHERE id = $1 AND status = 'failed'`,
      [id, this.clock.now()],
    );
    return count > 0;
  }
}
