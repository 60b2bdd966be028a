import type { ThingOwner } from '@ciep/contracts';
import { inSpan } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { request } from 'undici';
import { z } from 'zod';
import { NotificationConfig } from '../notification.config.js';
import { MailUndeliverable, type MailFailure } from './mail.errors.js';

const grant = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });

const timeoutMs = 5_000;
const clientId = 'notification';
const basic = (secret: string): string =>
  `Basic ${Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(secret)}`).toString('base64')}`;

/** The answer of another service on an internal route. */
interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Calls internal routes of other services. Nothing of the answers is stored. */
@Injectable()
export class InternalReads {
  private token?: { readonly value: string; readonly until: number };

  constructor(private readonly config: NotificationConfig) {}

  /**
   * The answer of a service below `/internal`. Every failure is `MailUndeliverable`: `unknown` if the thing does not exist (any more),
   * otherwise `<service>_unavailable`.
   */
  async ask<Body>(service: ThingOwner, path: string, schema: z.ZodType<Body>, unknown: MailFailure): Promise<Body> {
    try {
      let answer = await this.get(service, path);
      if (answer.status === 401) {
        delete this.token;
        answer = await this.get(service, path);
      }
      if (answer.status === 404 || answer.status === 410) throw new MailUndeliverable(unknown);
      if (answer.status !== 200) throw new Error(`${service} answered ${answer.status}`);
      return schema.parse(answer.body);
    } catch (error) {
      throw error instanceof MailUndeliverable ? error : new MailUndeliverable(`${service}_unavailable`, error);
    }
  }

  private get(service: ThingOwner, path: string): Promise<Answer> {
    return inSpan({ name: `GET ${service}`, kind: 'client', attributes: { 'peer.service': service } }, async ({ traceparent }) => {
      const token = await this.accessToken();
      const { statusCode, body } = await request(this.address(service, `/internal/${path}`), {
        headers: { accept: 'application/json', authorization: `Bearer ${token}`, traceparent },
        signal: AbortSignal.timeout(timeoutMs),
      });
      const text = await body.text();
      return { status: statusCode, body: statusCode === 200 ? (JSON.parse(text) as unknown) : undefined };
    });
  }

  /** Tokens follow the machine's time, because they concern security; renewal is half a minute early. */
  private async accessToken(): Promise<string> {
    if (this.token && Date.now() < this.token.until) return this.token.value;
    const { statusCode, body } = await request(this.address('identity', '/oidc/token'), {
      method: 'POST',
      headers: {
        accept: 'application/json',
        'content-type': 'application/x-www-form-urlencoded',
        authorization: basic(this.config.clientSecret),
      },
      body: new URLSearchParams({ grant_type: 'client_credentials', resource: 'urn:ciep:api', scope: 'internal:read' }).toString(),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await body.text();
    if (statusCode !== 200) throw new MailUndeliverable('identity_unavailable', new Error(`a token was refused with ${statusCode}`));
    const { access_token: value, expires_in: seconds } = grant.parse(JSON.parse(text));
    this.token = { value, until: Date.now() + (seconds - 30) * 1_000 };
    return value;
  }

  private address(service: ThingOwner, path: string): string {
    return `${this.config[service].replace(/\/+$/, '')}${path}`;
  }
}
