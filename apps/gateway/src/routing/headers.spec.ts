import { describe, expect, it } from '@jest/globals';
import { passedBack, passedOn } from './headers.rules.js';

const client = [
  ...['Host', 'platform.example', 'Accept', 'application/json', 'Cookie', 'a=1', 'Cookie', 'b=2', 'Authorization', 'Bearer token'],
  ...[
    'X-User-Id',
    'somebody',
    'x-internal-role',
    'admin',
    'Forwarded',
    'for=10.0.0.1',
    'X-Forwarded-For',
    '10.0.0.1',
    'X-Real-IP',
    '10.0.0.1',
    'X-Request-Id',
    'mine',
  ],
  ...[
    'Connection',
    'keep-alive, X-Hop',
    'X-Hop',
    '1',
    'Keep-Alive',
    'timeout=5',
    'Transfer-Encoding',
    'chunked',
    'TE',
    'trailers',
    'Upgrade',
    'h2c',
    'Expect',
    '100-continue',
  ],
];

describe(passedOn, () => {
  it('keeps the headers of the client and replaces those of the gateway', () => {
    const sent = passedOn(client, 'keep-alive, X-Hop', { 'x-request-id': 'ours', 'x-forwarded-for': '203.0.113.7' });
    expect(sent).toEqual([
      ...['Accept', 'application/json', 'Cookie', 'a=1', 'Cookie', 'b=2', 'Authorization', 'Bearer token'],
      ...['x-request-id', 'ours', 'x-forwarded-for', '203.0.113.7'],
    ]);
  });
});

describe(passedBack, () => {
  it('keeps the headers of the answer and drops those of the connection', () => {
    const answer = {
      'content-type': 'application/json',
      'set-cookie': ['a=1', 'b=2'],
      etag: '"1"',
      connection: 'close, x-hop',
      'x-hop': '1',
      'keep-alive': 'timeout=5',
      'transfer-encoding': 'chunked',
    };
    expect(passedBack(answer)).toEqual({ 'content-type': 'application/json', 'set-cookie': ['a=1', 'b=2'], etag: '"1"' });
  });
});
