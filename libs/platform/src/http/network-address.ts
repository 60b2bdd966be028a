import ipaddr from 'ipaddr.js';

/**
 * What a caller is counted by: an IPv4 address, also when it is written in IPv6; of any other IPv6 address the /64, within which
 * one subscriber may change addresses at will. A text that is no address comes back as it is.
 */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (!('parts' in parsed)) return parsed.toString();
  return `${parsed.parts
    .slice(0, 4)
    .map(part => part.toString(16))
    .join(':')}::/64`;
}
