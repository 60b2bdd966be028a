import { HttpRefusal } from '@ciep/platform';
import { languages, preferredLanguage, type Language } from '@ciep/kernel';
import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { GatewayConfig } from '../gateway.config.js';
import { answer, assetOf, contentOf, type Asset, type Content } from './content.rules.js';
import { MergedDocument } from './merged-document.service.js';
import { startScript, styleSheet } from './reference-assets.page.js';
import { pageHeaders, referencePage, signedInPage } from './reference.page.js';
import { Scalar } from './scalar.service.js';

const html = 'text/html; charset=utf-8';
const start = assetOf('start.js', 'text/javascript; charset=utf-8', startScript);
const style = assetOf('style.css', 'text/css; charset=utf-8', styleSheet);

type Query = Readonly<Record<string, string | undefined>>;

/** The API as one document, `/openapi.json`, and as a page to read and try it, `/docs`, which loads nothing from other origins. */
@Injectable()
export class Reference {
  constructor(
    private readonly document: MergedDocument,
    private readonly scalar: Scalar,
    private readonly config: GatewayConfig,
  ) {}

  /** Registers the routes. */
  attach(fastify: FastifyInstance): void {
    const show = (path: string, content: (request: FastifyRequest) => Promise<Content>) =>
      fastify.get(path, async (request, reply) => answer(request, reply, await content(request)));
    show('/openapi.json', request => this.document.content(askedLanguage(request)));
    show('/docs', request => this.page(request));
    fastify.get('/docs/:name', async (request, reply) => {
      const asset = (await this.assets()).find(({ path }) => path === request.url);
      if (asset) await answer(request, reply, asset);
      else reply.callNotFound();
    });
  }

  private async page(request: FastifyRequest): Promise<Content> {
    const language = askedLanguage(request) ?? preferredLanguage(request.headers['accept-language']);
    const { code, error } = request.query as Query;
    if (code !== undefined || error !== undefined) return contentOf(html, signedInPage(language), pageHeaders);
    const { path } = await this.scalar.script();
    const parts = { scalar: path, start: start.path, style: style.path, client: this.config.referenceClient };
    return contentOf(html, referencePage(language, parts), pageHeaders);
  }

  private async assets(): Promise<Asset[]> {
    return [start, style, await this.scalar.script()];
  }
}

function askedLanguage({ query }: FastifyRequest): Language | undefined {
  const { lang } = query as Query;
  const language = languages.find(known => known === lang);
  if (lang === undefined || language) return language;
  throw new HttpRefusal({ status: 400, code: 'query.invalid', text: { zh: 'lang 只能是 zh 或 en。', en: '`lang` is zh or en.' } });
}
