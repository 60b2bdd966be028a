import { randomUUID } from 'node:crypto';
import { Clock } from '@ciep/kernel';
import { counter, Database, inSpan, Job, LeasedRows, type Tx } from '@ciep/platform';
import { nextAttempt } from './mail-schedule.rules.js';
import { MailUndeliverable, type MailFailure } from './mail.errors.js';
import type { MailOrder } from './mail-queue.service.js';
import { MailWriter } from './mail-writer.service.js';
import { PostOffice } from './post-office.service.js';

const mailAttempts = counter({
  name: 'ciep_mail_attempts_total',
  help: 'Attempts to send a mail to all of its addressees; outcome: sent, retry (tried again later) or failed',
  labels: ['service', 'outcome'],
});

interface MailRow {
  readonly id: string;
  readonly template: string;
  readonly kind: MailOrder['to']['kind'];
  readonly key: string;
  readonly data: MailOrder['data'];
  readonly attempts: number;
  readonly served: readonly string[];
  readonly lease: string;
  readonly traceparent: string | null;
}

/** Well below the lease of a minute: what is left then is for the next attempt. */
const patienceMs = 30_000;

/** Sends the mails that are due: at least once, and a repetition has the same Message-ID. */
@Job()
export class SendMails extends LeasedRows<MailRow> {
  constructor(
    private readonly database: Database,
    private readonly writer: MailWriter,
    private readonly postOffice: PostOffice,
    private readonly clock: Clock,
  ) {
    super();
  }

  async lease(tx: Tx, now: Date): Promise<MailRow | undefined> {
    const [row] = await tx.query<MailRow[]>(
      `WITH due AS (SELECT id FROM mails WHERE status = 'waiting' AND due_at <= $1 AND (leased_until IS NULL OR leased_until <= clock_timestamp())
                    ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED),
            leased AS (UPDATE mails m SET lease = $2, leased_until = clock_timestamp() + interval '60 seconds' FROM due WHERE m.id = due.id RETURNING m.*)
       SELECT id, template, recipient_kind AS kind, recipient_key AS key, data, attempts, served, lease, traceparent FROM leased`,
      [now, randomUUID()],
    );
    return row;
  }

  async work(row: MailRow, ending: AbortSignal): Promise<void> {
    const served = [...row.served];
    let failed: MailUndeliverable | undefined;
    try {
      await this.send(row, served, ending);
    } catch (error) {
      if (!(error instanceof MailUndeliverable)) throw error;
      failed = error;
    }
    await this.settle(row, served, failed);
  }

  /** What is final for one person does not keep the mail from the others. */
  private async send(row: MailRow, served: string[], ending: AbortSignal): Promise<void> {
    const end = Date.now() + patienceMs;
    const order = { template: row.template, to: { kind: row.kind, key: row.key }, data: row.data };
    let refused: MailUndeliverable | undefined;
    for (const addressee of await this.writer.addressees(order)) {
      if (ending.aborted || Date.now() > end) throw new MailUndeliverable('took_too_long');
      try {
        const letter = await this.writer.letterFor(row.id, order, addressee);
        if (served.includes(letter.messageId)) continue;
        await inSpan({ name: 'send mail', kind: 'client', attributes: { 'ciep.template': row.template } }, () =>
          this.postOffice.send(letter),
        );
        served.push(letter.messageId);
      } catch (error) {
        if (!(error instanceof MailUndeliverable && error.isFinal)) throw error;
        refused = error;
      }
    }
    if (refused) throw refused;
  }

  /** Whoever has had the mail is not kept once it is done. */
  private async settle({ id, lease, ...row }: MailRow, served: readonly string[], failed: MailUndeliverable | undefined): Promise<void> {
    const now = this.clock.now();
    const attempts = row.attempts + 1;
    const again = failed && !failed.isFinal ? nextAttempt(attempts, now) : undefined;
    const status = failed === undefined ? 'sent' : again === undefined ? 'failed' : 'waiting';
    const failure: MailFailure | null = failed?.failure ?? null;
    await this.database.query(
      `UPDATE mails SET status = $3, failure = $4, attempts = $5, due_at = coalesce($6, due_at), served = $7, sent_at = $8,
              lease = NULL, leased_until = NULL, version = version + 1, updated_at = now() WHERE id = $1 AND lease = $2`,
      [
        id,
        lease,
        status,
        failure,
        attempts,
        again ?? null,
        JSON.stringify(status === 'sent' ? [] : served),
        status === 'sent' ? now : null,
      ],
    );
    mailAttempts.inc({ service: this.database.service, outcome: status === 'waiting' ? 'retry' : status });
  }
}
