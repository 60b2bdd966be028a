import { inSpan, Job, type Attempt, OutboundJob } from '@ciep/platform';
import { MailUndeliverable } from './mail.errors.js';
import { MailQueue, type MailRow } from './mail-queue.service.js';
import { MailWriter } from './mail-writer.service.js';
import { PostOffice } from './post-office.service.js';

/** Well below the lease of a minute; the rest waits for the next attempt. */
const timeoutMs = 30_000;

/** Sends due mails: at least once, and a repetition has the same Message-ID. */
@Job()
export class SendMails extends OutboundJob<MailRow> {
  constructor(
    readonly queue: MailQueue,
    private readonly writer: MailWriter,
    private readonly postOffice: PostOffice,
  ) {
    super();
  }

  /** Deletes the list of sent Message-IDs once the mail is done. */
  async attempt(row: MailRow, ending: AbortSignal): Promise<Attempt> {
    const served = [...row.served];
    try {
      await this.send(row, served, ending);
      return { succeeded: true, set: { failure: null, served: '[]' } };
    } catch (error) {
      if (!(error instanceof MailUndeliverable)) throw error;
      return { succeeded: false, isFinal: error.isFinal, set: { failure: error.failure, served: JSON.stringify(served) } };
    }
  }

  /** A permanent failure for one recipient does not stop the mail to the others. */
  private async send(row: MailRow, served: string[], ending: AbortSignal): Promise<void> {
    const end = Date.now() + timeoutMs;
    const order = { template: row.template, to: { kind: row.kind, key: row.key }, data: row.data };
    const things = await this.writer.things(order);
    let refused: MailUndeliverable | undefined;
    for (const addressee of await this.writer.addressees(order)) {
      if (ending.aborted || Date.now() > end) throw new MailUndeliverable('took_too_long');
      try {
        const letter = await this.writer.letterFor(row.id, order, things, addressee);
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
}
