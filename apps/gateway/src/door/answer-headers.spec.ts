import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { answerWith } from './answer-headers.rules.js';

/** The headers as the caller receives them. */
async function headersOf(answer: (response: ServerResponse) => void): Promise<Headers> {
  const server = createServer((_request, response) => {
    answerWith(response, { vary: 'Origin', 'x-frame-options': 'DENY', 'x-request-id': 'ours' });
    answer(response);
    response.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return (await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)).headers;
  } finally {
    server.close();
  }
}

describe(answerWith, () => {
  it('adds them to an answer without such headers', async () => {
    const headers = await headersOf(() => undefined);
    expect([headers.get('vary'), headers.get('x-frame-options'), headers.get('x-request-id')]).toEqual(['Origin', 'DENY', 'ours']);
  });

  it.each([
    [
      'given with the status',
      (response: ServerResponse) => response.writeHead(200, { Vary: 'Accept, origin', 'X-Frame-Options': 'SAMEORIGIN' }),
    ],
    [
      'set before',
      (response: ServerResponse) => response.setHeader('Vary', ['Accept', 'origin']).setHeader('X-Frame-Options', 'SAMEORIGIN'),
    ],
  ])('keeps headers that were %s, and merges vary', async (_way, answer) => {
    const headers = await headersOf(answer);
    expect(headers.get('vary')).toBe('Accept, Origin');
    expect(headers.get('x-frame-options')).toBe('SAMEORIGIN');
    expect(headers.get('x-request-id')).toBe('ours');
  });

  it('keeps repeated headers', async () => {
    const headers = await headersOf(response => response.setHeader('x-a', '1').writeHead(200, { 'set-cookie': ['a=1', 'b=2'] }));
    expect([headers.getSetCookie(), headers.get('x-a')]).toEqual([['a=1', 'b=2'], '1']);
  });
});
