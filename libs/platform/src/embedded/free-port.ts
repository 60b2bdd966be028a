import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Whether nobody has this TCP port of 127.0.0.1: no server listens there, no connection goes out from it.
 * Rejects with the system's error when it may not be had at all (EACCES below 1024, not a port).
 */
export function isFree(port: number): Promise<boolean> {
  return new Promise((answer, refuse) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? answer(false) : refuse(error)));
    probe.listen(port, '127.0.0.1', () => probe.close(() => answer(true)));
  });
}

/**
 * A TCP port of 127.0.0.1 that is free and stays so until its server is there, also while that is down for a while: it is none of
 * those that systems give outgoing connections, from 32768 up.
 * Throws if there is none between 20000 and 30000.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 200; tries += 1) {
    const port = randomInt(20_000, 30_000);
    if (await isFree(port)) return port;
  }
  throw new Error('no free port between 20000 and 30000 on 127.0.0.1');
}
