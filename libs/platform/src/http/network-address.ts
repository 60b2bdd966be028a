import { isIPv4 } from 'node:net';
import type { FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';

/**
 * The network by which callers are counted: an IPv4 address (also one written as IPv6), or the /64 of an IPv6 address, because one
 * subscriber can use all addresses of a /64. Returns a text that is not an address unchanged.
 */
export function networkOf(address: string): string {
  if (isIPv4(address) || !ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (!('parts' in parsed)) return parsed.toString();
  return `${parsed.parts
    .slice(0, 4)
    .map(part => part.toString(16))
    .join(':')}::/64`;
}

/**
 * The network of the caller, for services behind the gateway. The gateway replaces the client's `X-Forwarded-For` with its own, and
 * only the gateway can reach the service, so the last entry is true (docs/security.md#addresses).
 */
export function addressOf(request: Pick<FastifyRequest, 'headers' | 'ip'>): string {
  const forwarded = request.headers['x-forwarded-for'];
  const entries = (Array.isArray(forwarded) ? forwarded.join(',') : (forwarded ?? '')).split(',').map(entry => entry.trim());
  return networkOf(entries.findLast(entry => entry !== '') ?? request.ip);
}
