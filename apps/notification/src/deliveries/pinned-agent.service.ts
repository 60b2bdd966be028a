import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { Agent, buildConnector } from 'undici';

/** The connection reached an address that was not checked. */
export class AddressNotChecked extends Error {
  readonly code = 'address_refused';
}

const limits = { connectMs: 5_000, answerMs: 15_000, headerBytes: 16 * 1024 };
const plain = (address: string): string => (ipaddr.isValid(address) ? ipaddr.parse(address).toNormalizedString() : address);

/**
 * An HTTP agent that connects only to these addresses, whatever the name resolves to by now: lookups use the list, and the remote address
 * of the open socket is compared with it before a byte is sent.
 */
export function pinnedTo(addresses: readonly string[]): Agent {
  const checked = new Set(addresses.map(plain));
  const found = addresses.map(address => ({ address, family: ipaddr.parse(address).kind() === 'ipv6' ? 6 : 4 }));
  const lookup: LookupFunction = (host, options, done) => {
    const [first] = found;
    if (first === undefined) done(new AddressNotChecked(`${host} has no checked address`), '');
    else if (options.all) done(null, found);
    else done(null, first.address, first.family);
  };
  const open = buildConnector({ timeout: limits.connectMs, allowH2: false, maxCachedSessions: 0, lookup });
  return new Agent({
    allowH2: false,
    pipelining: 0,
    headersTimeout: limits.answerMs,
    bodyTimeout: limits.answerMs,
    maxHeaderSize: limits.headerBytes,
    connect: (options, done) => {
      open(options, (...[error, socket]) => {
        if (error !== null) return done(error, null);
        if (checked.has(plain(socket.remoteAddress ?? ''))) return done(null, socket);
        socket.destroy();
        return done(new AddressNotChecked(`connected to ${socket.remoteAddress ?? 'nowhere'}`), null);
      });
    },
  });
}
