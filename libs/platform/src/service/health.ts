import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** What readiness depends on: answers when it is fine, throws when not. */
export type ReadinessCheck = () => Promise<void>;

/** `/health/live`: the process answers. `/health/ready`: it can serve (503 while starting, draining, or without its database). */
export function addHealth(app: NestFastifyApplication, ready: ReadinessCheck): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.get('/health/live', (_request, reply) => reply.header('cache-control', 'no-store').send({ status: 'live' }));
  fastify.get('/health/ready', async (_request, reply) => {
    void reply.header('cache-control', 'no-store');
    try {
      await ready();
      return { status: 'ready' };
    } catch (error) {
      return reply.status(503).send({ status: 'not_ready', reason: error instanceof Error ? error.message : 'unknown' });
    }
  });
}
