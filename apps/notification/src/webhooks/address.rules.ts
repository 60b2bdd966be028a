import ipaddr from 'ipaddr.js';

/** IPv6 addresses that are routed on the Internet (RFC 4291, IANA): all others are refused. */
const globalUnicast = ipaddr.IPv6.parse('2000::');

/** Public addresses that lead to services of the machine's own cloud. */
const insideClouds = new Set(['168.63.129.16']);

/** The interface identifier that carries an IPv4 address inside a tunnel (ISATAP, RFC 5214). */
const isTunnelled = ({ parts }: ipaddr.IPv6): boolean => parts[5] === 0x5efe && (parts[4] === 0 || parts[4] === 0x0200);

/**
 * Whether a webhook may connect to this address: only to a globally routed unicast address, so that nobody can make the platform call its
 * own network (docs/rules.md#webhook-addresses). Mapped, translated and tunnelled forms are refused, whatever address they contain.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address) || address.includes('%')) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  if (parsed.kind() === 'ipv4') return !insideClouds.has(parsed.toString());
  const v6 = parsed as ipaddr.IPv6;
  return v6.match(globalUnicast, 3) && !isTunnelled(v6);
}
