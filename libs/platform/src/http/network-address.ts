import { isIPv4 } from 'node:net';
import type { FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';

/**
 * What a caller is counted by: an IPv4 address, also when it is written in IPv6; of any other IPv6 address the /64, within which
 * one subscriber may change addresses at will. A text that is no address comes back as it is.
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
 * The network that a service behind the gateway counts the caller of a request by. The gateway removes the client's
 * `X-Forwarded-For` and writes its own; only the gateway can reach the service, so the last entry is true
 * (docs/security.md#addresses).
 */
export function addressOf(request: Pick<FastifyRequest, 'headers' | 'ip'>): string {
  const forwarded = request.headers['x-forwarded-for'];
  const entries = (Array.isArray(forwarded) ? forwarded.join(',') : (forwarded ?? '')).split(',').map(entry => entry.trim());
  return networkOf(entries.findLast(entry => entry !== '') ?? request.ip);
}
