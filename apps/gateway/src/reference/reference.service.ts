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

/** The files of the reference page that ship with Swagger UI, and their media types. */
const assets: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

/** The API as one document, `/openapi.json`, and as a page to read and try it, `/docs`, which loads nothing from elsewhere. */
@Injectable()
export class Reference {
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
    fastify.get('/openapi.json', async (request, reply) => {
      await answer(request, reply, 'application/json; charset=utf-8', JSON.stringify(await this.document()), {
        'access-control-allow-origin': '*',
      });
    });
    fastify.get('/docs', async (request, reply) => {
      await answer(request, reply, 'text/html; charset=utf-8', referencePage);
    });
    fastify.get('/docs/start.js', async (request, reply) => {
      await answer(request, reply, 'text/javascript; charset=utf-8', startScript);
    });
    const folder = join(near.resolve('swagger-ui-dist/package.json'), '..');
    for (const [name, type] of Object.entries(assets)) {
      let content: Promise<Buffer> | undefined;
      fastify.get(`/docs/${name}`, async (request, reply) => {
        await answer(request, reply, type, await (content ??= readFile(join(folder, name))));
      });
    }
  }
}

async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  type: string,
  content: Buffer | string,
  headers: Record<string, string> = {},
): Promise<void> {
  const etag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;
  reply.headers({ ...pageHeaders, ...headers, etag, 'cache-control': 'no-cache' });
  if (request.headers['if-none-match'] === etag) await reply.status(304).send();
  else await reply.type(type).send(content);
}
