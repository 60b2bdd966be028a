import type { FastifyInstance } from 'fastify';
import { HttpRefusal } from './refusal.js';

/** Largest JSON body, in bytes. */
export const jsonLimit = 1024 * 1024;
const deepest = 20;
const mostItems = 1_000;

const tooDeep = (): HttpRefusal =>
  new HttpRefusal({
    status: 400,
    code: 'body.too_deep',
    text: { zh: `请求内容嵌套超过 ${deepest} 层。`, en: `The body is nested more than ${deepest} levels deep.` },
    facts: { largest: deepest },
  });

const tooManyItems = (): HttpRefusal =>
  new HttpRefusal({
    status: 400,
    code: 'body.too_many_items',
    text: {
      zh: `请求内容中有列表或对象超过 ${mostItems} 项。`,
      en: `A list or an object of the body has more than ${mostItems} items.`,
    },
    facts: { largest: mostItems },
  });

/** Throws 400 `body.too_deep` or `body.too_many_items` for JSON that no route has a use for, before anything walks through it. */
export function refuseOutsized(value: unknown, level = 1): void {
  if (typeof value !== 'object' || value === null) return;
  if (level > deepest) throw tooDeep();
  const items: unknown[] = Array.isArray(value) ? value : Object.values(value);
  if (items.length > mostItems) throw tooManyItems();
  for (const item of items) refuseOutsized(item, level + 1);
}

/** Reads JSON bodies: at most 1 MiB, 20 levels and 1,000 items in a list or object, no prototypes. */
export function readJsonBodies(fastify: FastifyInstance): void {
  const read = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeContentTypeParser(['application/json', 'text/plain']);
  fastify.addContentTypeParser('application/json', { parseAs: 'string', bodyLimit: jsonLimit }, (request, text, done) => {
    void read(request, String(text), (error, body: unknown) => {
      if (error) return done(error);
      try {
        refuseOutsized(body);
      } catch (outsized) {
        return done(outsized as Error);
      }
      done(null, body);
    });
  });
}
