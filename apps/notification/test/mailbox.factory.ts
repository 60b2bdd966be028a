import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterAll } from '@jest/globals';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';

const servers: SMTPServer[] = [];
afterAll(() => Promise.all(servers.map(server => new Promise<void>(resolve => server.close(() => resolve())))));

/** A received mail: the envelope, the raw text, and the parsed content. */
export interface Arrived {
  readonly to: readonly string[];
  readonly raw: string;
  readonly mail: Email;
}

/** A real mail server that keeps received mails. */
export class Mailbox {
  readonly arrived: Arrived[] = [];
  /** Answer codes of the next recipients; 250 if empty. */
  readonly nextAnswers: number[] = [];

  private constructor(readonly url: string) {}

  static async start(): Promise<Mailbox> {
    const holder: { mailbox?: Mailbox } = {};
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onRcptTo: (_address, _session, done) => {
        const answer = holder.mailbox?.nextAnswers.shift();
        if (answer === undefined || answer === 250) return done();
        return done(Object.assign(new Error('not now'), { responseCode: answer }));
      },
      onData: (stream, session, done) => {
        void buffer(stream).then(async raw => {
          const to = session.envelope.rcptTo.map(({ address }) => address);
          holder.mailbox?.arrived.push({ to, raw: raw.toString(), mail: await PostalMime.parse(raw) });
          done();
        });
      },
    });
    server.on('error', () => undefined);
    const listening = server.listen(0, '127.0.0.1');
    await once(listening, 'listening');
    servers.push(server);
    return (holder.mailbox = new Mailbox(`smtp://127.0.0.1:${(listening.address() as AddressInfo).port}`));
  }

  /** Removes and returns the received mails. */
  take(): Arrived[] {
    return this.arrived.splice(0);
  }
}
