import { isIP } from 'node:net';
import { setTimeout as after } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { NotificationConfig } from '../notification.config.js';
import { isPublicAddress } from './address.rules.js';
import { HostResolver } from './host-resolver.service.js';
import { readTarget, type WebhookTarget } from './webhook-url.rules.js';
import { WebhookUrlRefused } from './webhook.errors.js';

/** An endpoint's URL with the allowed addresses, just resolved and checked. */
export interface CheckedTarget extends WebhookTarget {
  readonly addresses: readonly string[];
}

/** Timeout of a name lookup, in milliseconds. */
const timeouts = { atCreation: 2_000, atDelivery: 5_000 };

/** The name server did not answer in time. */
class NameServerSlow extends Error {
  readonly code = 'EAI_AGAIN';
}

/** Decides which targets webhooks may have (docs/rules.md#webhook-addresses). */
@Injectable()
export class WebhookTargets {
  constructor(
    private readonly config: NotificationConfig,
    private readonly resolver: HostResolver,
  ) {}

  /**
   * For an endpoint that is created or changed: throws `WebhookUrlRefused`. A name without an address, or with a slow name server, passes
   * here; every delivery checks again.
   */
  async admit(text: string): Promise<void> {
    const target = readTarget(text, this.config.admittedPairs);
    const addresses = await this.addressesOf(target, timeouts.atCreation).catch(() => []);
    this.refuseInner(target, addresses);
  }

  /** For a delivery: resolves again and throws `WebhookUrlRefused` unless *every* address is public. */
  async check(text: string): Promise<CheckedTarget> {
    const target = readTarget(text, this.config.admittedPairs);
    const addresses = await this.addressesOf(target, timeouts.atDelivery);
    this.refuseInner(target, addresses);
    return { ...target, addresses };
  }

  private async addressesOf({ host }: WebhookTarget, milliseconds: number): Promise<readonly string[]> {
    if (isIP(host)) return [host];
    const answered = new AbortController();
    const late = after(milliseconds, undefined, { signal: answered.signal }).then(() => Promise.reject(new NameServerSlow(host)));
    try {
      return await Promise.race([this.resolver.resolve(host), late]);
    } finally {
      late.catch(() => undefined);
      answered.abort();
    }
  }

  private refuseInner({ trusted }: WebhookTarget, addresses: readonly string[]): void {
    if (!trusted && !addresses.every(isPublicAddress)) throw new WebhookUrlRefused('address_refused');
  }
}
