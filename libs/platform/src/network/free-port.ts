import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Whether a TCP port of 127.0.0.1 is free: no server listens on it, and no outgoing connection uses it. Rejects with the system's
 * error when the port cannot be used at all (EACCES below 1024, not a port).
 */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(false) : reject(error)));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

/** Ports that this process has been given: whoever asked for one may not listen there yet. */
const given = new Set<number>();

/**
 * A free TCP port of 127.0.0.1 between 20000 and 30000; throws if there is none. Systems give outgoing connections ports from 32768
 * up, so that the port stays free until its server starts, or starts again.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 200; tries += 1) {
    const port = randomInt(20_000, 30_000);
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
  throw new Error('no free port between 20000 and 30000 on 127.0.0.1');
}
