import { readFile } from 'node:fs/promises';
import { eventCatalogue, eventDataSchema, portalDataSchema, schemaPath, webhookPinged, type EventType } from '@ciep/contracts';
import { PlatformSettings } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { webhookEvents } from './async-api-parts.rules.js';
import { asyncApiDocument } from './async-api.rules.js';
import { answer, openContent, remade, type Content } from './content.rules.js';
import { MergedDocument } from './merged-document.service.js';

/** The events as one document, `/asyncapi.json`, and the JSON Schema of each at an address of its own. */
@Injectable()
export class EventReference {
  /** The public address of the platform. */
  private readonly base: string;

  constructor(
    private readonly services: MergedDocument,
    settings: PlatformSettings,
  ) {
    this.base = new URL('.', settings.issuer).href;
  }

  /** The AsyncAPI document; 503 while a service does not say what it reacts to. */
  async document(): Promise<object> {
    const parts = await this.services.parts();
    const reactsTo = parts.map(({ service, document }) => {
      const { 'x-reacts-to': types = [] } = document as { 'x-reacts-to'?: readonly string[] };
      return [service, types] as const;
    });
    return asyncApiDocument({ base: this.base, examples: await examples(), reactsTo: new Map(reactsTo) });
  }

  /** Registers the routes. */
  attach(fastify: FastifyInstance): void {
    const show = (path: string, content: () => Promise<Content> | Content) =>
      fastify.get(path, async (request, reply) => answer(request, reply, await content()));
    show(
      '/asyncapi.json',
      remade(async () => openContent('application/json; charset=utf-8', JSON.stringify(await this.document()))),
    );
    const schemas = [
      ...[...eventCatalogue.values()].map(event => this.schema('events', event, eventDataSchema(event))),
      ...webhookEvents.map(event => this.schema('webhooks', event, portalDataSchema(event))),
    ];
    for (const { path, content } of schemas) show(path, () => content);
  }

  private schema(kind: 'events' | 'webhooks', { type, meaning }: EventType, schema: object) {
    const path = schemaPath(kind, type);
    const head = { $schema: 'http://json-schema.org/draft-07/schema#', $id: new URL(path.slice(1), this.base).href, title: type };
    const text = JSON.stringify({ ...head, description: meaning, ...schema });
    return { path, content: openContent('application/schema+json; charset=utf-8', text) };
  }
}

/** The data of an example of each event, by its type. */
async function examples(): Promise<ReadonlyMap<string, object>> {
  const read = [...eventCatalogue.values()].map(async ({ type, service, title }) => {
    const file = import.meta.resolve(`@ciep/contracts/examples/${service}/${title.slice(service.length + 1)}.json`);
    return [type, JSON.parse(await readFile(new URL(file), 'utf8')) as object] as const;
  });
  return new Map([...(await Promise.all(read)), [webhookPinged.type, { webhookId: '01890a5d-b2c3-7d4e-8f50-112233445566' }]]);
}
