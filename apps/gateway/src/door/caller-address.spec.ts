import type { IncomingMessage } from 'node:http';
import { BlockList } from 'node:net';
import { networkOf } from '@ciep/platform';
import { describe, expect, it } from '@jest/globals';
import { addressRanges } from '../gateway.config.js';
import { callerAddress } from './caller-address.rules.js';

const proxies = addressRanges(['10.0.0.0/8', 'fd00::/8']) ?? new BlockList();
const from = (remoteAddress: string, forwarded?: string | string[]) =>
  callerAddress(
    {
      headers: { ...(forwarded !== undefined && { 'x-forwarded-for': forwarded }) },
      socket: { remoteAddress },
    } as IncomingMessage,
    proxies,
  );

describe(callerAddress, () => {
  it.each([
    ['a stranger is who it is, whatever it says', '203.0.113.7', '198.51.100.1', '203.0.113.7'],
    ['behind our proxy the last entry is true', '10.0.0.1', '198.51.100.1, 203.0.113.7', '203.0.113.7'],
    ['behind two of our proxies, the one before them', '10.0.0.1', '198.51.100.1, 203.0.113.7, 10.9.9.9', '203.0.113.7'],
    ['our proxy over IPv6', 'fd00::1', '2001:db8::5', '2001:db8::5'],
    ['our proxy as IPv4 in IPv6', '::ffff:10.0.0.1', '203.0.113.7', '203.0.113.7'],
    ['with a port', '10.0.0.1', '203.0.113.7:4711', '203.0.113.7'],
    ['with a port in IPv6', '10.0.0.1', '[2001:db8::5]:4711', '2001:db8::5'],
    ['our proxy that says nothing', '10.0.0.1', undefined, '10.0.0.1'],
    ['an entry that is no address ends the search', '10.0.0.1', '203.0.113.7, unknown, 10.0.0.2', '10.0.0.2'],
  ])('%s', (_name, remote, forwarded, caller) => expect(from(remote, forwarded)).toBe(caller));

  it('trusts nobody without configured proxies', () => {
    const request = { headers: { 'x-forwarded-for': '203.0.113.7' }, socket: { remoteAddress: '10.0.0.1' } } as unknown as IncomingMessage;
    expect(callerAddress(request, new BlockList())).toBe('10.0.0.1');
  });
});

describe(addressRanges, () => {
  it.each(['0.0.0.0/0', '::/0', '0.0.0.0/1', '10.0.0.0/7', '2000::/3', '10.0.0.0/33', '10.0.0.0/', 'proxy', '*', 'true'])(
    'refuses %s',
    range => expect(addressRanges([range])).toBeUndefined(),
  );
  it.each(['10.0.0.0/8', '192.0.2.1', 'fd00::/8', '::1'])('accepts %s', range => expect(addressRanges([range])).toBeInstanceOf(BlockList));
});

describe(networkOf, () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2:ffff::1', '2001:db8:1:2::/64'],
    ['2001:db8:1:3::1', '2001:db8:1:3::/64'],
    ['unknown', 'unknown'],
  ])('counts %s as %s', (address, network) => expect(networkOf(address)).toBe(network));
});
