import type { FastifyReply, FastifyRequest } from 'fastify';

/** Answers with a page, or leads to another. */
type PageHandler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply> | FastifyReply;

/** The addresses of pages, and what answers there. */
export type PageRoutes = Readonly<Record<`${'GET' | 'POST'} /oidc/${string}`, PageHandler>>;

/** A class whose methods answer with pages. */
export interface PagesOf {
  readonly routes: PageRoutes;
}

/** The methods that an address of these pages knows; none if it is not one of them. */
export function methodsAt(path: string, patterns: readonly string[]): string[] {
  const fits = (pattern: string): boolean => new RegExp(`^${pattern.replaceAll(/:\w+/g, '[^/]+')}$`).test(path);
  return patterns
    .map(each => each.split(' '))
    .filter(([, pattern = '']) => fits(pattern))
    .map(([method = '']) => method);
}
