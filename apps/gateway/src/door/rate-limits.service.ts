import type { IncomingMessage } from 'node:http';
import { counter, networkOf, type Refusal, TokenVerifier } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { GatewayConfig } from '../gateway.config.js';
import { tooManyRequests } from '../routing/gateway.errors.js';
import type { Visit } from '../routing/visit.rules.js';
import { isSignIn, isUpload, isWrite, type Policy } from './policies.rules.js';
import { type Count, Windows } from './windows.rules.js';

const rateLimited = counter('ciep_rate_limited_requests_total', 'Requests refused with 429, by the limit that they exceeded', [
  'service',
  'limit',
]);

/** 20 MB when full. */
const windowsKept = 100_000;

/** The verdict of the limits on a request. */
export interface Verdict {
  /** `RateLimit` and `RateLimit-Policy`, for every answer. */
  readonly headers: Readonly<Record<string, string>>;
  readonly refusal?: Refusal;
}

interface Counted extends Count {
  readonly policy: Policy;
}

/**
 * Counts requests by address and by client. Every request counts for its address first. Only a verified token has a count of its own, so
 * that invented tokens can neither use up another client's limit nor escape that of their address (docs/security.md#rate-limits).
 */
@Injectable()
export class RateLimits {
  private readonly windows = new Windows(windowsKept);
  private readonly policies: Readonly<Record<Policy['name'], Policy>>;

  constructor(
    config: GatewayConfig,
    private readonly tokens: TokenVerifier,
  ) {
    this.policies = {
      address: { name: 'address', quota: config.addressRequestsPerMinute, by: 'address' },
      'sign-in': { name: 'sign-in', quota: config.signInsPerMinute, by: 'address' },
      default: { name: 'default', quota: config.requestsPerMinute, by: 'client' },
      writes: { name: 'writes', quota: config.writesPerMinute, by: 'client' },
      uploads: { name: 'uploads', quota: config.uploadsPerMinute, by: 'client' },
    };
  }

  /** Counts the request under each applicable policy until one refuses it. */
  async admit({ request, address }: Pick<Visit, 'request' | 'address'>): Promise<Verdict> {
    const network = networkOf(address);
    const counted: Counted[] = [];
    for (const policy of this.policiesOf(request)) {
      const key = policy.by === 'address' ? network : ((await this.clientOf(request)) ?? network);
      const count = this.windows.count(`${policy.name} ${key}`);
      counted.push({ policy, ...count });
      if (count.used > policy.quota) {
        rateLimited.inc({ service: 'gateway', limit: policy.name });
        return { headers: headersOf(counted), refusal: tooManyRequests(policy.name, count.seconds) };
      }
    }
    return { headers: headersOf(counted) };
  }

  private policiesOf({ method = 'GET', url = '/' }: IncomingMessage): Policy[] {
    const { address, default: usual, writes, uploads } = this.policies;
    if (isSignIn(method, url)) return [address, this.policies['sign-in']];
    if (isUpload(method, url)) return [address, usual, writes, uploads];
    return isWrite(method) ? [address, usual, writes] : [address, usual];
  }

  /** The holder of a valid token: its client and the person it acts for; undefined if the token cannot be verified. */
  private async clientOf({ headers }: IncomingMessage): Promise<string | undefined> {
    const token = /^Bearer ([^\s]+)$/i.exec(headers.authorization ?? '')?.[1];
    if (token === undefined) return undefined;
    try {
      const { clientId, id } = await this.tokens.verify(token);
      return `${clientId} ${id}`;
    } catch {
      return undefined;
    }
  }
}

/** As in draft-ietf-httpapi-ratelimit-headers-11. */
function headersOf(counted: readonly Counted[]): Record<string, string> {
  return {
    'ratelimit-policy': counted.map(({ policy }) => `"${policy.name}";q=${policy.quota};w=60`).join(', '),
    ratelimit: counted.map(({ policy, used, seconds }) => `"${policy.name}";r=${Math.max(0, policy.quota - used)};t=${seconds}`).join(', '),
  };
}
