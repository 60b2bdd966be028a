import { describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import { mergeDocuments, MergeConflict, type Part } from './merge.rules.js';

const problem = { type: 'object', properties: { code: { type: 'string' } } };
const ref = (name: string, section = 'schemas') => ({ $ref: `#/components/${section}/${name}` });
const head = { openapi: '3.1.0', info: { title: 'all', version: '1' }, servers: [{ url: '/' }] };
const merged = (parts: readonly Part[]) => mergeDocuments(parts, (_section, name) => name === 'Problem' || name === 'Limit', head);

const documentOf = (path: string, schemas: Record<string, unknown>, more: Record<string, unknown> = {}): OpenAPIObject => ({
  openapi: '3.1.0',
  info: { title: 'x', version: '1' },
  tags: [{ name: 'things', description: 'Things' }],
  paths: {
    [path]: {
      parameters: [],
      get: {
        operationId: `listThingsAt${path}`,
        tags: ['things'],
        responses: {
          200: { description: 'ok', content: { 'application/json': { schema: ref('ThingDto') } } },
          default: { $ref: '#/components/responses/Problem' },
        },
      },
    },
  },
  components: {
    schemas: { Problem: problem, ...schemas },
    responses: { Problem: { description: 'problem', content: { 'application/problem+json': { schema: ref('Problem') } } } },
    ...more,
  },
});

const forum = documentOf('/v1/forum/things', {
  ThingDto: {
    type: 'object',
    properties: { other: ref('OtherDto') },
    discriminator: { propertyName: 'kind', mapping: { other: '#/components/schemas/OtherDto' } },
  },
  OtherDto: { type: 'object', properties: { mapping: ref('ThingDto') } },
});
const billing = documentOf('/v1/billing/things', { ThingDto: { type: 'object', properties: { amount: { type: 'integer' } } } });

describe(mergeDocuments, () => {
  it('prefixes schemas and tags with the service, and shares those of the platform', () => {
    const document = merged([
      { service: 'forum', document: forum },
      { service: 'billing', document: billing },
    ]);
    expect(Object.keys(document.paths)).toEqual(['/v1/billing/things', '/v1/forum/things']);
    expect(Object.keys(document.components?.schemas ?? {})).toEqual(['BillingThingDto', 'ForumOtherDto', 'ForumThingDto', 'Problem']);
    expect(document.components?.schemas?.['ForumThingDto']).toEqual({
      type: 'object',
      properties: { other: ref('ForumOtherDto') },
      discriminator: { propertyName: 'kind', mapping: { other: '#/components/schemas/ForumOtherDto' } },
    });
    expect(document.components?.schemas?.['ForumOtherDto']).toEqual({ type: 'object', properties: { mapping: ref('ForumThingDto') } });
    expect(document.paths['/v1/forum/things']?.get).toMatchObject({
      operationId: 'listThingsAt/v1/forum/things',
      tags: ['forum: things'],
      responses: {
        200: { content: { 'application/json': { schema: ref('ForumThingDto') } } },
        default: { $ref: '#/components/responses/Problem' },
      },
    });
    expect(document.components?.responses).toEqual(forum.components?.responses);
    expect(document.tags?.map(({ name }) => name)).toEqual(['billing: things', 'forum: things']);
  });

  it('prefixes components of every kind with the service, and the references to them', () => {
    const withParts = (service: string) =>
      documentOf(
        `/v1/${service}/things`,
        { ThingDto: { type: 'object' } },
        {
          parameters: { Limit: { name: 'limit', in: 'query' }, ThingsId: { name: 'id', in: 'path', required: true } },
          responses: { ThingDto: { description: service, content: { 'application/json': { schema: ref('ThingDto') } } } },
        },
      );
    const document = merged(['forum', 'billing'].map(service => ({ service, document: withParts(service) })));
    expect(Object.keys(document.components ?? {})).toEqual(['parameters', 'responses', 'schemas']);
    expect(Object.keys(document.components?.parameters ?? {})).toEqual(['BillingThingsId', 'ForumThingsId', 'Limit']);
    expect(document.components?.responses).toEqual({
      BillingThingDto: { description: 'billing', content: { 'application/json': { schema: ref('BillingThingDto') } } },
      ForumThingDto: { description: 'forum', content: { 'application/json': { schema: ref('ForumThingDto') } } },
    });
    const paths = { '/v1/forum/things': { get: { parameters: [ref('ThingsId', 'parameters'), ref('Limit', 'parameters')] } } };
    expect(merged([{ service: 'forum', document: { ...forum, paths } as unknown as OpenAPIObject }]).paths).toMatchObject({
      '/v1/forum/things': { get: { parameters: [ref('ForumThingsId', 'parameters'), ref('Limit', 'parameters')] } },
    });
  });

  it('does not depend on the order of the services', () => {
    const parts = [
      { service: 'forum', document: forum },
      { service: 'billing', document: billing },
    ];
    expect(JSON.stringify(merged(parts))).toBe(JSON.stringify(merged(parts.toReversed())));
  });

  it('keeps webhooks, their operations tagged like all others, and refuses one of two services', () => {
    const webhooks = {
      'thing.closed': { post: { operationId: 'receive', tags: ['things'], requestBody: { $ref: '#/components/requestBodies/Sent' } } },
    };
    const sending = { ...forum, webhooks } as unknown as OpenAPIObject;
    const { webhooks: all } = merged([
      { service: 'forum', document: sending },
      { service: 'billing', document: billing },
    ]);
    expect(all).toEqual({
      'thing.closed': {
        post: { operationId: 'receive', tags: ['forum: things'], requestBody: { $ref: '#/components/requestBodies/ForumSent' } },
      },
    });
    const parts = ['forum', 'billing'].map(service => ({
      service,
      document: { ...documentOf(`/v1/${service}`, {}), webhooks } as unknown as OpenAPIObject,
    }));
    expect(() => merged(parts)).toThrow(/the webhook thing.closed is in two of them/);
  });

  it('leaves internal routes out', () => {
    const document = merged([{ service: 'forum', document: documentOf('/internal/things', {}) }]);
    expect(document.paths).toEqual({});
  });

  it('refuses a path of two services', () => {
    const parts = [
      { service: 'forum', document: forum },
      { service: 'billing', document: forum },
    ];
    expect(() => merged(parts)).toThrow(MergeConflict);
  });

  it('refuses an operation of two services', () => {
    const list = { get: { operationId: 'listThings', responses: {} } };
    const parts = ['forum', 'billing'].map(service => ({
      service,
      document: { ...forum, paths: { [`/v1/${service}/things`]: list } },
    }));
    expect(() => merged(parts)).toThrow(/the operation listThings is in two of them/);
  });

  it('applies common security requirements unless an operation overrides them, and refuses services that differ in them', () => {
    const secured = { ...forum, security: [{ bearer: [] }] };
    expect(merged([{ service: 'forum', document: secured }]).security).toEqual([{ bearer: [] }]);
    const parts = [
      { service: 'forum', document: secured },
      { service: 'billing', document: billing },
    ];
    expect(() => merged(parts)).toThrow(/security differs/);
  });

  it('refuses a shared schema that differs', () => {
    const other = documentOf('/v1/billing/others', { Problem: { type: 'string' } });
    const parts = [
      { service: 'forum', document: forum },
      { service: 'billing', document: other },
    ];
    expect(() => merged(parts)).toThrow(/components\/schemas\/Problem differs/);
  });

  it('refuses other components that differ under one name', () => {
    const other = documentOf('/v1/billing/others', {}, { responses: { Problem: { description: 'another' } } });
    const parts = [
      { service: 'forum', document: forum },
      { service: 'billing', document: other },
    ];
    expect(() => merged(parts)).toThrow(/components\/responses\/Problem differs/);
  });
});
