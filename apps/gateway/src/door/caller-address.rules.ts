import type { IncomingMessage } from 'node:http';
import { isIP, type BlockList } from 'node:net';

const family = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** An entry of `X-Forwarded-For` without the port that some proxies add; undefined if it is not an address. */
function entryAddress(entry: string): string | undefined {
  const bare = /^\[(.+)\](?::\d+)?$/.exec(entry)?.[1] ?? /^([\d.]+):\d+$/.exec(entry)?.[1] ?? entry;
  return isIP(bare) === 0 ? undefined : bare;
}

/**
 * The address of the caller: the peer of the connection, unless that is one of our own proxies. Then it is the last entry of
 * `X-Forwarded-For` that is not a proxy; the caller may have forged the entries before it (docs/security.md#addresses).
 */
export function callerAddress({ headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>, proxies: BlockList): string {
  const isProxy = (address: string): boolean => proxies.check(address, family(address));
  let caller = socket.remoteAddress ?? '';
  if (!isProxy(caller)) return caller;
  const forwarded = headers['x-forwarded-for'];
  const entries = (Array.isArray(forwarded) ? forwarded.join(',') : (forwarded ?? '')).split(',').map(entry => entry.trim());
  for (const entry of entries.reverse()) {
    const address = entryAddress(entry);
    if (address === undefined) return caller;
    caller = address;
    if (!isProxy(caller)) return caller;
  }
  return caller;
}
