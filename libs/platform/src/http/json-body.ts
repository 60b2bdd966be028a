import { isUtf8 } from 'node:buffer';
import type { FastifyInstance } from 'fastify';
import { HttpRefusal, refusalOfStatus } from './refusal.js';

/** Largest JSON body, in bytes. */
export const jsonLimit = 1024 * 1024;
const deepest = 20;
const mostItems = 1_000;

const tooDeep = (): HttpRefusal =>
  new HttpRefusal({
    status: 400,
    code: 'body.too_deep',
    text: { zh: `请求内容嵌套超过 ${deepest} 层。`, en: `The body is nested more than ${deepest} levels deep.` },
    details: { largest: deepest },
  });

const tooManyItems = (): HttpRefusal =>
  new HttpRefusal({
    status: 400,
    code: 'body.too_many_items',
    text: {
      zh: `请求内容中有列表或对象超过 ${mostItems} 项。`,
      en: `A list or an object of the body has more than ${mostItems} items.`,
    },
    details: { largest: mostItems },
  });

/** Throws 400 `body.too_deep` or `body.too_many_items` before other code walks through the JSON. */
export function refuseOutsized(value: unknown, level = 1): void {
  if (typeof value !== 'object' || value === null) return;
  if (level > deepest) throw tooDeep();
  const items: unknown[] = Array.isArray(value) ? value : Object.values(value);
  if (items.length > mostItems) throw tooManyItems();
  for (const item of items) refuseOutsized(item, level + 1);
}

const notUtf8 = (): HttpRefusal =>
  new HttpRefusal({
    status: 400,
    code: 'body.not_utf8',
    text: { zh: '请求内容不是有效的 UTF-8。', en: 'The body is not valid UTF-8.' },
  });

/** The body of a request that announces JSON and sends nothing. */
export const emptyBody = Object.freeze({});

const charset = /;\s*charset\s*=\s*"?([^\s;"]*)/i;
const knownCharsets = [undefined, 'utf-8', 'utf8', 'us-ascii'];

/** Reads JSON bodies: UTF-8, at most 1 MiB, 20 levels and 1,000 items in a list or object, no prototypes; {@link emptyBody} for none. */
export function readJsonBodies(fastify: FastifyInstance): void {
  const read = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeContentTypeParser(['application/json', 'text/plain']);
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer', bodyLimit: jsonLimit }, (request, bytes, done) => {
    if (!knownCharsets.includes(charset.exec(request.headers['content-type'] ?? '')?.[1]?.toLowerCase()))
      return done(new HttpRefusal(refusalOfStatus(415)));
    if (bytes.length === 0) return done(null, emptyBody);
    if (!isUtf8(bytes as Buffer)) return done(notUtf8());
    void read(request, bytes.toString(), (error, body: unknown) => {
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
