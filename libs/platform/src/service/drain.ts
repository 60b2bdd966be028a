import type { Server, ServerResponse } from 'node:http';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { whenOver } from '../http/when-over.js';

/** How a service ends without failing a request. */
export interface Draining {
  readonly isDraining: boolean;
  /**
   * From now on not ready, and every answer ends its connection; what comes is still served, for as long as load balancers
   * need to notice.
   */
  announce(): Promise<void>;
  /** Takes those who have connected already, then nobody; answers what is under way, and cuts it after the deadline. */
  drain(): Promise<void>;
}

/** Who keeps knocking without a pause is not waited for longer, in milliseconds. */
const longestKnocking = 4_000;

/**
 * Resolves when nobody waits to be taken. Node takes one connection a turn from the kernel's queue, and those that are still there
 * when the port closes are reset, although their callers have sent a request. The port must be closed in the same turn.
 */
async function untilNobodyWaits(server: Server): Promise<void> {
  let taken = 0;
  const count = () => void (taken += 1);
  server.on('connection', count);
  await turn();
  for (let before = -1, end = Date.now() + longestKnocking; before !== taken && Date.now() < end; await turn()) before = taken;
  server.off('connection', count);
}

/** Prepares an application for its end. Call before it starts. */
export function drainable(app: NestFastifyApplication, delayMs: number, deadline = 7_000): Draining {
  const server = app.getHttpServer();
  const underWay = new Set<ServerResponse>();
  let draining = false;
  // On the server, not as a hook: replies that a proxy or another router has taken over are answers of this server, too.
  server.prependListener('request', (_request, response: ServerResponse) => {
    if (draining) response.setHeader('connection', 'close');
    underWay.add(response);
    whenOver(response, () => underWay.delete(response));
  });
  // Fastify closes the port right after it.
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('preClose', () => untilNobodyWaits(server));
  return {
    get isDraining() {
      return draining;
    },
    async announce() {
      draining = true;
      for (const response of underWay) if (!response.headersSent) response.setHeader('connection', 'close');
      if (delayMs > 0) await sleep(delayMs);
    },
    async drain() {
      draining = true;
      const sweep = setInterval(() => server.closeIdleConnections(), 50);
      const axe = setTimeout(() => server.closeAllConnections(), deadline);
      try {
        await app.close();
      } finally {
        clearInterval(sweep);
        clearTimeout(axe);
      }
    },
  };
}
