import type { FieldRefusal } from '@ciep/kernel';
import { inClear, notAbsolute, repeated, tooMany, withCredentials, withFragment, withWildcard } from './client.errors.js';

const longest = 2_000;
const most = 20;

// A name like 127.0.0.1.example.org is not an address: only the literal loopback address may go without TLS.
const isLoopback = (hostname: string): boolean => hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);

/** The faults of redirect addresses (docs/rules.md#redirect-addresses), each with its index in the list. */
export function redirectFaults(list: string, uris: readonly string[]): FieldRefusal[] {
  const known = uris.map(uri => URL.parse(uri)?.href ?? uri);
  return [
    ...(uris.length > most ? [tooMany(`/${list}`)] : []),
    ...uris.flatMap((uri, index) => [
      ...faultsOf(uri, `/${list}/${index}`),
      ...(known.indexOf(known[index] ?? uri) < index ? [repeated(`/${list}/${index}`)] : []),
    ]),
  ];
}

function faultsOf(uri: string, pointer: string): FieldRefusal[] {
  const url = URL.parse(uri);
  // URL.parse accepts spaces, tabs and backslashes; the later comparison with the front end's address would not.
  if (!url || uri.length > longest || !/^https?:\/\/[^\s\\/][^\s\\]*$/.test(uri)) return [notAbsolute(pointer)];
  return [
    ...(url.protocol === 'http:' && !isLoopback(url.hostname) ? [inClear(pointer)] : []),
    ...(uri.includes('#') ? [withFragment(pointer)] : []),
    ...(uri.includes('*') ? [withWildcard(pointer)] : []),
    ...(url.username || url.password ? [withCredentials(pointer)] : []),
  ];
}
