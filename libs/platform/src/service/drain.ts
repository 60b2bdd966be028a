import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/**
 * Prepares an application for a quick and gentle end: requests under way are answered, kept-alive connections are told to
 * close, and after the deadline they are cut. Call before the application starts; call the answer to drain.
 */
export function drainable(app: NestFastifyApplication, deadline = 7_000): { isDraining: () => boolean; drain: () => Promise<void> } {
  let draining = false;
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onSend', (_request, reply, _payload, done) => {
      if (draining) void reply.header('connection', 'close');
      done();
    });
  return {
    isDraining: () => draining,
    async drain() {
      draining = true;
      const server = app.getHttpServer();
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
