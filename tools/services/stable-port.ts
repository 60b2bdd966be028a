import { randomInt } from 'node:crypto';
import { freePort } from '../../libs/platform/src/embedded/free-port.js';

/**
 * A free port of 127.0.0.1 that stays free while its server is down: systems give outgoing connections ports from 32768 up, so
 * that one of those may be taken when a server that was killed wants it back.
 */
export async function stablePort(): Promise<number> {
  for (let tries = 0; tries < 200; tries += 1) {
    const port = await freePort(randomInt(20_000, 30_000));
    if (port !== undefined) return port;
  }
  throw new Error('no free port between 20000 and 30000 on 127.0.0.1');
}
