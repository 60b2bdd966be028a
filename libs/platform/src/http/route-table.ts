import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { HttpRefusal, refusalOfStatus } from './refusal.js';

/** A route of the router. */
export interface ServedRoute {
  readonly method: string;
  /** The pattern: `/v1/exhibition/booths/:id`. */
  readonly url: string;
}

/** The list of an application's routes, which grows as routes are added. Call it before the first one. */
export function routeTable(app: NestFastifyApplication): readonly ServedRoute[] {
  const routes: ServedRoute[] = [];
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) routes.push({ method: one, url });
  });
  return routes;
}

const patternOf = (url: string): RegExp =>
  new RegExp(
    `^${url
      .replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&')
      .replaceAll(/:[^/]+/g, '[^/]+')
      .replaceAll('*', '.*')}$`,
  );

/** How much of a pattern is open: its parameters and wildcards. */
const openness = (url: string): number => url.split(/[:*]/).length;

/** The routes of one address. As in OpenAPI, `/booths/bulk` comes before `/booths/:id`, whatever their methods are. */
function closest(routes: readonly ServedRoute[], path: string): readonly ServedRoute[] {
  const fitting = routes.filter(({ url }) => !url.startsWith('/internal/') && patternOf(url).test(path));
  const least = Math.min(...fitting.map(({ url }) => openness(url)));
  return fitting.filter(({ url }) => openness(url) === least);
}

/** Answers 405 with `Allow` if an address has other methods. Internal routes stay hidden. */
export function refuseOtherMethods(app: NestFastifyApplication, routes: () => readonly ServedRoute[]): void {
  /** For each pattern the more specific patterns that it matches, too. */
  const closer = new Map<string, readonly ServedRoute[]>();
  const closerThan = (pattern: string): readonly ServedRoute[] => {
    const known = closer.get(pattern) ?? routes().filter(({ url }) => openness(url) < openness(pattern) && patternOf(pattern).test(url));
    closer.set(pattern, known);
    return known;
  };
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', ({ is404, url, routeOptions }, _reply, done) => {
    const here = closest(is404 ? routes() : closerThan(routeOptions.url ?? ''), url.split('?')[0] ?? '');
    const allow = [...new Set(here.map(({ method }) => method))].sort().join(', ');
    if (allow === '') done();
    else done(new HttpRefusal(refusalOfStatus(405, { allow })));
  });
}
