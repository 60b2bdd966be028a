import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** One route as the router has it. */
export interface ServedRoute {
  readonly method: string;
  /** The pattern: `/v1/exhibition/booths/:id`. */
  readonly url: string;
}

/** The routes of an application, as they are added from now on, Nest's and all others. Call before the first is added. */
export function routeTable(app: NestFastifyApplication): readonly ServedRoute[] {
  const routes: ServedRoute[] = [];
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRoute', ({ method, url }) => {
      for (const one of [method].flat()) routes.push({ method: one, url });
    });
  return routes;
}
