import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { freePort, isFree } from './free-port.js';

describe('a port', () => {
  it('is free until somebody listens there', async () => {
    const port = await freePort();
    expect(port).toBeLessThan(32_768);
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    expect(await isFree((server.address() as AddressInfo).port)).toBe(false);
    server.close();
    await once(server, 'close');
    expect(await isFree(port)).toBe(true);
  });

  it('that is none is not called taken', async () => {
    await expect(isFree(70_000)).rejects.toThrow('port');
  });

  it('is given to nobody else who has asked', async () => {
    const ports = await Promise.all(Array.from({ length: 300 }, freePort));
    expect(new Set(ports).size).toBe(300);
  });
});
