import { networkOf } from '@ciep/platform';
import type { FastifyRequest } from 'fastify';

/**
 * The network that the caller is counted by. The gateway removes the client's `X-Forwarded-For` and writes its own; only the gateway
 * can reach this service, so the last entry is true (docs/security.md#addresses).
 */
export function addressOf(request: Pick<FastifyRequest, 'headers' | 'ip'>): string {
  const forwarded = request.headers['x-forwarded-for'];
  const entries = (Array.isArray(forwarded) ? forwarded.join(',') : (forwarded ?? '')).split(',').map(entry => entry.trim());
  return networkOf(entries.findLast(entry => entry !== '') ?? request.ip);
}
