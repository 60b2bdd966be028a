import { setTimeout as sleep } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

const timeoutMs = 2_000;

/** Whether a service can serve, and the names of missing dependencies, which may include some that it can serve without. */
export interface Readiness {
  readonly ready: boolean;
  readonly missing: readonly string[];
}

/** The dependencies of a service by name. Each function resolves if the dependency is there, and rejects or hangs if not. */
export type Dependencies = Readonly<Record<string, () => Promise<unknown>>>;

/** Checks all dependencies at once. Returns only names, because errors may contain addresses. */
export async function missingOf(dependencies: Dependencies): Promise<string[]> {
  const asked = await Promise.all(
    Object.entries(dependencies).map(async ([name, ask]) => {
      const late = sleep(timeoutMs, false, { ref: false });
      const isThere = ask().then(
        () => true,
        () => false,
      );
      return { name, isThere: await Promise.race([isThere, late]) };
    }),
  );
  return asked.filter(({ isThere }) => !isThere).map(({ name }) => name);
}

/** `/health/live`: the process answers. `/health/ready`: it can serve; 503 while it starts, drains, or lacks a dependency. */
export function addHealth(app: NestFastifyApplication, check: () => Promise<Readiness | 'draining'>): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.get('/health/live', (_request, reply) => reply.header('cache-control', 'no-store').send({ status: 'live' }));
  fastify.get('/health/ready', async (_request, reply) => {
    void reply.header('cache-control', 'no-store');
    const state = await check();
    if (state === 'draining') return reply.status(503).send({ status: 'draining', missing: [] });
    return reply.status(state.ready ? 200 : 503).send({ status: state.ready ? 'ready' : 'not_ready', missing: state.missing });
  });
}
