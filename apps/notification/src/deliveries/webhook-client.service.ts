import { performance } from 'node:perf_hooks';
import { inSpan } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { Webhook as Signer } from 'standardwebhooks';
import { errors, request, type Agent } from 'undici';
import { NotificationConfig } from '../notification.config.js';
import { WebhookTargets } from '../webhooks/webhook-targets.service.js';
import { WebhookUrlRefused } from '../webhooks/webhook.errors.js';
import type { Outcome } from './delivery-schedule.rules.js';
import { AddressNotChecked, pinnedTo } from './pinned-agent.service.js';

/** The same id and body in every attempt, so that a receiver recognises a repetition. */
export interface Message {
  readonly id: string;
  readonly url: string;
  readonly body: string;
  /** One signature is made with each. */
  readonly secrets: readonly string[];
}

const largestAnswer = 64 * 1024;

/**
 * Sends a webhook, a CloudEvent in structured mode, as in Standard Webhooks: one signed POST without redirects, to an address that was
 * just checked. Never throws: every failure is an outcome of the attempt. The receiver's answer is read to its end or to 64 KiB, and discarded.
 */
@Injectable()
export class WebhookClient {
  constructor(
    private readonly targets: WebhookTargets,
    private readonly config: NotificationConfig,
  ) {}

  /** `ending` aborts it, which counts as a failure. */
  post(message: Message, ending: AbortSignal): Promise<Outcome> {
    const attributes = { 'http.request.method': 'POST', 'messaging.message.id': message.id };
    return inSpan({ name: 'POST webhook', kind: 'client', attributes }, async span => {
      const outcome = await this.attempt(message, ending);
      span.set({ 'http.response.status_code': outcome.status, 'error.type': outcome.failure });
      return outcome;
    });
  }

  private async attempt(message: Message, ending: AbortSignal): Promise<Outcome> {
    const start = performance.now();
    const latency = (): number => Math.round(performance.now() - start);
    let agent: Agent | undefined;
    try {
      const { url, addresses } = await this.targets.check(message.url);
      agent = pinnedTo(addresses);
      const { statusCode, headers, body } = await request(url, {
        method: 'POST',
        dispatcher: agent,
        headers: signedHeaders(message),
        body: message.body,
        signal: AbortSignal.any([AbortSignal.timeout(this.config.webhookTimeoutMs), ending]),
      });
      const outcome = { status: statusCode, latencyMs: latency(), retryAfter: single(headers['retry-after']) };
      await body.dump({ limit: largestAnswer }).catch(() => undefined);
      return outcome;
    } catch (error) {
      return { latencyMs: latency(), failure: failureOf(error) };
    } finally {
      await agent?.destroy();
    }
  }
}

/** Machine time, because the receiver compares the timestamp with its own clock. */
function signedHeaders({ id, body, secrets }: Message): Record<string, string> {
  const now = new Date();
  return {
    'content-type': 'application/cloudevents+json; charset=utf-8',
    'user-agent': 'CIEP-Webhooks/1',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
    'webhook-signature': secrets.map(secret => new Signer(secret).sign(id, now, body)).join(' '),
  };
}

const single = (header: string | string[] | undefined): string | undefined => (Array.isArray(header) ? header[0] : header);

/** A stable code for the log, without text from the receiver or the network. */
function failureOf(error: unknown): string {
  if (error instanceof WebhookUrlRefused || error instanceof AddressNotChecked) return 'address_refused';
  if (error instanceof errors.ConnectTimeoutError) return 'connect_timeout';
  const { name, code } = error as { name?: string; code?: string };
  if (name === 'TimeoutError' || name === 'AbortError' || /TIMEOUT|ETIMEDOUT/.test(code ?? '')) return 'timeout';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'name_not_found';
  if (code === 'ECONNREFUSED') return 'connection_refused';
  if (/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO/.test(code ?? '')) return 'tls_failed';
  return 'connection_failed';
}
