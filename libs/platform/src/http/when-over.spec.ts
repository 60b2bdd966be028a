import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { whenOver } from './when-over.js';

describe(whenOver, () => {
  let answer: (response: ServerResponse) => void;
  const server = createServer((_request, response) => answer(response));
  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(() => {
    server.close();
  });

  it('adds one listener, however many wait, and calls each once, in order', async () => {
    const called: number[] = [];
    const listeners: number[] = [];
    const over = new Promise<void>(resolve => {
      answer = response => {
        const before = response.listenerCount('close');
        for (let each = 0; each < 20; each += 1) whenOver(response, () => called.push(each));
        whenOver(response, resolve);
        listeners.push(response.listenerCount('close') - before);
        response.end();
      };
    });
    await fetch(url());
    await over;
    expect(listeners).toEqual([1]);
    expect(called).toEqual(Array.from({ length: 20 }, (_, each) => each));
  });

  it('calls for an answer that breaks off, too', async () => {
    const over = new Promise<boolean>(resolve => {
      answer = response => {
        whenOver(response, () => resolve(response.writableFinished));
        response.write('half');
        response.destroy();
      };
    });
    await fetch(url()).then(
      response => response.text().catch(() => undefined),
      () => undefined,
    );
    expect(await over).toBe(false);
  });
});
