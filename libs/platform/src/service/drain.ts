import type { Server, ServerResponse } from 'node:http';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { whenOver } from '../http/when-over.js';

/** Stops a service without failing a request. */
export interface Draining {
  readonly isDraining: boolean;
  /**
   * Makes the service not ready and lets every answer close its connection. It still serves requests, for as long as load balancers
   * need to notice.
   */
  announce(): Promise<void>;
  /** Accepts the pending connections and then no more, finishes the running requests, and cuts them after the deadline. */
  drain(): Promise<void>;
}

/** How long clients can delay the stop by connecting without a pause. */
const acceptTimeoutMs = 4_000;

/**
 * Resolves when no connection waits to be accepted. Node accepts one connection per turn from the kernel's queue; connections that are
 * in the queue when the port closes are reset, although their callers have sent a request. The caller closes the port in the same turn.
 */
async function untilQueueIsEmpty(server: Server): Promise<void> {
  let accepted = 0;
  const count = () => void (accepted += 1);
  server.on('connection', count);
  await turn();
  for (let before = -1, end = Date.now() + acceptTimeoutMs; before !== accepted && Date.now() < end; await turn()) before = accepted;
  server.off('connection', count);
}

/** Prepares an application for a clean stop. Call before it starts. */
export function drainable(app: NestFastifyApplication, delayMs: number, deadline = 7_000): Draining {
  const server = app.getHttpServer();
  const open = new Set<ServerResponse>();
  let draining = false;
  // On the server and not as a hook, to include replies that a proxy or another router has taken over.
  server.prependListener('request', (_request, response: ServerResponse) => {
    if (draining) response.setHeader('connection', 'close');
    open.add(response);
    whenOver(response, () => open.delete(response));
  });
  // Fastify closes the port right after this hook.
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('preClose', () => untilQueueIsEmpty(server));
  return {
    get isDraining() {
      return draining;
    },
    async announce() {
      draining = true;
      for (const response of open) if (!response.headersSent) response.setHeader('connection', 'close');
      if (delayMs > 0) await sleep(delayMs);
    },
    async drain() {
      draining = true;
      const closing = setInterval(() => server.closeIdleConnections(), 50);
      const cutting = setTimeout(() => server.closeAllConnections(), deadline);
      try {
        await app.close();
      } finally {
        clearInterval(closing);
        clearTimeout(cutting);
      }
    },
  };
}
