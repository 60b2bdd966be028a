import { languages } from '@ciep/kernel';
import { inSpan } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { request } from 'undici';
import { z } from 'zod';
import { NotificationConfig } from '../notification.config.js';
import { MailUndeliverable } from './mail.errors.js';

const localized = z.object({ zh: z.string(), en: z.string() });
const verification = z.object({
  mail: z.string(),
  language: z.enum(languages),
  link: z.url({ protocol: /^https?$/ }),
  expiresAt: z.iso.datetime({ offset: true }),
});
const contacts = z.object({
  items: z.array(z.object({ mail: z.string(), language: z.enum(languages), name: z.string(), organisationName: localized })),
});
const grant = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });

/** A one-time link and whom it is for. */
export type Verification = z.infer<typeof verification>;
/** A person to write to about an organisation. */
export type Contact = z.infer<typeof contacts>['items'][number];

const patienceMs = 5_000;
const clientId = 'notification';
const basic = (secret: string): string =>
  `Basic ${Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(secret)}`).toString('base64')}`;

/**
 * Asks identity, over routes that only services reach, whom a mail goes to. Nothing of the answers is kept. Every failure is
 * `MailUndeliverable`: `recipient_unknown` when identity does not know (any more), otherwise `identity_unavailable`.
 */
@Injectable()
export class IdentityDirectory {
  private token?: { readonly value: string; readonly until: number };

  constructor(private readonly config: NotificationConfig) {}

  verification(id: string): Promise<Verification> {
    return this.ask(`/internal/verifications/${encodeURIComponent(id)}`, verification);
  }

  /** People of an organisation, or of the partner unit of a region. Throws `recipient_unknown` when there is nobody. */
  async contacts(of: { organisationId: string } | { regionCode: string }): Promise<Contact[]> {
    const { items } = await this.ask(`/internal/contacts?${new URLSearchParams(of).toString()}`, contacts);
    if (items.length === 0) throw new MailUndeliverable('recipient_unknown');
    return items;
  }

  private async ask<Answer>(path: string, schema: z.ZodType<Answer>): Promise<Answer> {
    try {
      let answer = await this.get(path);
      if (answer.status === 401) {
        delete this.token;
        answer = await this.get(path);
      }
      if (answer.status === 404 || answer.status === 410) throw new MailUndeliverable('recipient_unknown');
      if (answer.status !== 200) throw new Error(`identity answered ${answer.status}`);
      return schema.parse(answer.body);
    } catch (error) {
      throw error instanceof MailUndeliverable ? error : new MailUndeliverable('identity_unavailable', error);
    }
  }

  private get(path: string): Promise<{ status: number; body: unknown }> {
    return inSpan({ name: 'GET identity', kind: 'client', attributes: { 'peer.service': 'identity' } }, ({ traceparent }) =>
      this.fetch(path, traceparent),
    );
  }

  private async fetch(path: string, traceparent: string): Promise<{ status: number; body: unknown }> {
    const { statusCode, body } = await request(this.address(path), {
      headers: { accept: 'application/json', authorization: `Bearer ${await this.accessToken()}`, traceparent },
      signal: AbortSignal.timeout(patienceMs),
    });
    const text = await body.text();
    return { status: statusCode, body: statusCode === 200 ? JSON.parse(text) : undefined };
  }

  /** Tokens follow the machine's time (they are about security, not about business); half a minute early is never too late. */
  private async accessToken(): Promise<string> {
    if (this.token && Date.now() < this.token.until) return this.token.value;
    const { statusCode, body } = await request(this.address('/oidc/token'), {
      method: 'POST',
      headers: {
        accept: 'application/json',
        'content-type': 'application/x-www-form-urlencoded',
        authorization: basic(this.config.clientSecret),
      },
      body: new URLSearchParams({ grant_type: 'client_credentials', resource: 'urn:ciep:api', scope: 'internal:read' }).toString(),
      signal: AbortSignal.timeout(patienceMs),
    });
    const text = await body.text();
    if (statusCode !== 200) throw new Error(`identity refused a token with ${statusCode}`);
    const { access_token: value, expires_in: seconds } = grant.parse(JSON.parse(text));
    this.token = { value, until: Date.now() + (seconds - 30) * 1_000 };
    return value;
  }

  private address(path: string): string {
    return `${this.config.identityUrl.replace(/\/+$/, '')}${path}`;
  }
}
