import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { HttpRefusal } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { serviceUnavailable } from '../routing/gateway.errors.js';
import { Routing } from '../routing/routing.service.js';
import { mergeDocuments } from './merge.rules.js';
import { pageHeaders, referencePage, startScript } from './reference.page.js';

const near = createRequire(createRequire(import.meta.url).resolve('@nestjs/swagger'));

/** A new version of a service shows here after so long, in milliseconds. */
const mergedKeptMs = 10_000;

/** The files of the reference page that ship with Swagger UI, and their media types. */
const assets: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

/** The API as one document, `/openapi.json`, and as a page to read and try it, `/docs`, which loads nothing from elsewhere. */
@Injectable()
export class Reference {
  private kept: { readonly at: number; readonly page: Promise<Page> } | undefined;

  constructor(private readonly routing: Routing) {}

  /** The merged document; 503 while a service cannot be asked for its part. */
  async document(): Promise<OpenAPIObject> {
    const parts = await Promise.all(
      this.routing.all().map(async upstream => ({
        service: upstream.name,
        document: await upstream.document().catch((): never => {
          throw new HttpRefusal({ ...serviceUnavailable, facts: { service: upstream.name } });
        }),
      })),
    );
    return mergeDocuments(parts);
  }

  /** Adds the routes. */
  attach(fastify: FastifyInstance): void {
    const show = (path: string, page: () => Promise<Page> | Page) =>
      fastify.get(path, async (request, reply) => answer(request, reply, await page()));
    show('/openapi.json', () => this.merged());
    const pages = {
      '/docs': pageOf('text/html; charset=utf-8', referencePage),
      '/docs/start.js': pageOf('text/javascript; charset=utf-8', startScript),
    };
    for (const [path, page] of Object.entries(pages)) show(path, () => page);
    const folder = join(near.resolve('swagger-ui-dist/package.json'), '..');
    for (const [name, type] of Object.entries(assets)) {
      let page: Promise<Page> | undefined;
      show(`/docs/${name}`, () => (page ??= readFile(join(folder, name)).then(content => pageOf(type, content))));
    }
  }

  /** The merged document as it is sent. Merging takes as long as a hundred ordinary requests, so it is done once in a while, however many ask. */
  private merged(): Promise<Page> {
    if (this.kept && Date.now() - this.kept.at < mergedKeptMs) return this.kept.page;
    const page = this.document().then(document => ({
      ...pageOf('application/json; charset=utf-8', JSON.stringify(document)),
      headers: { 'access-control-allow-origin': '*' },
    }));
    const kept = { at: Date.now(), page };
    this.kept = kept;
    page.catch(() => {
      if (this.kept === kept) this.kept = undefined;
    });
    return page;
  }
}

/** What is sent as it is, and recognised by its tag. */
interface Page {
  readonly type: string;
  readonly content: Buffer;
  readonly etag: string;
  readonly headers?: Readonly<Record<string, string>>;
}

// Bytes, not text: however many read it slowly, it is in memory once.
const pageOf = (type: string, content: Buffer | string): Page => ({
  type,
  content: Buffer.from(content),
  etag: `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`,
});

async function answer(request: FastifyRequest, reply: FastifyReply, { type, content, etag, headers }: Page): Promise<void> {
  reply.headers({ ...pageHeaders, ...headers, etag, 'cache-control': 'no-cache' });
  if (request.headers['if-none-match'] === etag) await reply.status(304).send();
  else await reply.type(type).send(content);
}
