import type { OnApplicationShutdown } from '@nestjs/common';
import { createTransport } from 'nodemailer';
import { MailUndeliverable } from './mail.errors.js';
import { PostOffice, type AddressedLetter } from './post-office.service.js';

const timeouts = { connectionTimeout: 5_000, greetingTimeout: 5_000, socketTimeout: 10_000, dnsTimeout: 5_000 };
const isPermanent = (error: unknown): boolean => {
  const { responseCode, code } = error as { responseCode?: number; code?: string };
  // An authentication error is our own fault, so the mail is retried.
  return code !== 'EAUTH' && responseCode !== undefined && responseCode >= 500 && responseCode < 600;
};

/** Sends over SMTP. Connection options (`?requireTLS=true`) are part of the URL. */
export class SmtpPostOffice extends PostOffice implements OnApplicationShutdown {
  private readonly transport;

  constructor(
    url: string,
    private readonly from: string,
  ) {
    super();
    this.transport = createTransport({ url, pool: true, maxConnections: 2, disableFileAccess: true, disableUrlAccess: true, ...timeouts });
  }

  async send({ to, subject, text, messageId, language }: AddressedLetter): Promise<void> {
    try {
      await this.transport.sendMail({
        from: { name: 'CIEP', address: this.from },
        to,
        subject,
        text,
        messageId,
        headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': language },
      });
    } catch (error) {
      throw new MailUndeliverable(isPermanent(error) ? 'refused_by_server' : 'server_unavailable', error);
    }
  }

  onApplicationShutdown(): void {
    this.transport.close();
  }
}
