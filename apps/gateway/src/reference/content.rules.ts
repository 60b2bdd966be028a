import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Content that is sent unchanged, with its ETag. */
export interface Content {
  readonly type: string;
  readonly bytes: Buffer;
  readonly etag: string;
  readonly headers: Readonly<Record<string, string>>;
}

const digestOf = (content: Buffer | string): string => createHash('sha256').update(content).digest('base64url').slice(0, 22);

/** Keeps content as bytes, so that it is in memory once, however many slow readers there are. */
export const contentOf = (type: string, content: Buffer | string, headers: Readonly<Record<string, string>> = {}): Content => ({
  type,
  bytes: Buffer.from(content),
  etag: `"${digestOf(content)}"`,
  headers: { 'cache-control': 'no-cache', ...headers },
});

/** Content that scripts of any origin may read. */
export const openContent = (type: string, content: string): Content =>
  contentOf(type, content, { 'access-control-allow-origin': '*', 'content-security-policy': "default-src 'none'; frame-ancestors 'none'" });

/** Milliseconds until a new version of a service appears in documents that are made of its own. */
const keptMs = 10_000;

/** Makes content again at most every ten seconds, however many callers ask: merging takes as long as a hundred ordinary requests. */
export function remade(make: () => Promise<Content>): () => Promise<Content> {
  let kept: { readonly at: number; readonly content: Promise<Content> } | undefined;
  return () => {
    if (kept && Date.now() - kept.at < keptMs) return kept.content;
    const made = { at: Date.now(), content: make() };
    kept = made;
    made.content.catch(() => {
      if (kept === made) kept = undefined;
    });
    return made.content;
  };
}

/** Content at an address with its digest. Caches keep it for a year. */
export interface Asset extends Content {
  readonly path: string;
}

/** Makes an asset. `encoded` says how its bytes are compressed. */
export function assetOf(name: string, type: string, content: Buffer | string, encoded: Readonly<Record<string, string>> = {}): Asset {
  const [stem = '', extension = ''] = name.split('.');
  return {
    ...contentOf(type, content, { 'cache-control': 'public, max-age=31536000, immutable', ...encoded }),
    path: `/docs/${stem}-${digestOf(content)}.${extension}`,
  };
}

/** Sends content, or 304 to a caller who has it. */
export async function answer(request: FastifyRequest, reply: FastifyReply, { type, bytes, etag, headers }: Content): Promise<void> {
  reply.headers({ ...headers, etag });
  if (request.headers['if-none-match'] === etag) await reply.status(304).send();
  else await reply.type(type).send(bytes);
}
