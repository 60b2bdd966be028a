import { describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import { mergeDocuments, MergeConflict } from './merge.rules.js';

const problem = { type: 'object', properties: { code: { type: 'string' } } };
const ref = (schema: string) => ({ $ref: `#/components/schemas/${schema}` });

const documentOf = (path: string, schemas: Record<string, unknown>, more: Record<string, unknown> = {}): OpenAPIObject => ({
  openapi: '3.1.0',
  info: { title: 'x', version: '1' },
  tags: [{ name: 'things', description: 'Things' }],
  paths: {
    [path]: {
      parameters: [],
      get: {
        operationId: 'list',
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
  it('puts the service in front of schemas, operations and tags, and shares those of the platform', () => {
    const merged = mergeDocuments([
      { service: 'forum', document: forum },
      { service: 'billing', document: billing },
    ]);
    expect(Object.keys(merged.paths)).toEqual(['/v1/billing/things', '/v1/forum/things']);
    expect(Object.keys(merged.components?.schemas ?? {})).toEqual(['BillingThingDto', 'ForumOtherDto', 'ForumThingDto', 'Problem']);
    expect(merged.components?.schemas?.['ForumThingDto']).toEqual({
      type: 'object',
      properties: { other: ref('ForumOtherDto') },
      discriminator: { propertyName: 'kind', mapping: { other: '#/components/schemas/ForumOtherDto' } },
    });
    expect(merged.components?.schemas?.['ForumOtherDto']).toEqual({ type: 'object', properties: { mapping: ref('ForumThingDto') } });
    expect(merged.paths['/v1/forum/things']?.get).toMatchObject({
      operationId: 'forum_list',
      tags: ['forum: things'],
      responses: {
        200: { content: { 'application/json': { schema: ref('ForumThingDto') } } },
        default: { $ref: '#/components/responses/Problem' },
      },
    });
    expect(merged.components?.responses).toEqual(forum.components?.responses);
    expect(merged.tags?.map(({ name }) => name)).toEqual(['billing: things', 'forum: things']);
  });

  it('does not depend on the order of the services', () => {
    const parts = [
      { service: 'forum', document: forum },
      { service: 'billing', document: billing },
    ];
    expect(JSON.stringify(mergeDocuments(parts))).toBe(JSON.stringify(mergeDocuments(parts.toReversed())));
  });

  it('leaves internal routes out', () => {
    const merged = mergeDocuments([{ service: 'forum', document: documentOf('/internal/things', {}) }]);
    expect(merged.paths).toEqual({});
  });

  it('refuses a path that two services have', () => {
    const parts = [
      { service: 'forum', document: forum },
      { service: 'billing', document: forum },
    ];
    expect(() => mergeDocuments(parts)).toThrow(MergeConflict);
  });

  it('refuses a shared schema that differs', () => {
    const other = documentOf('/v1/billing/others', { Problem: { type: 'string' } });
    const parts = [
      { service: 'forum', document: forum },
      { service: 'billing', document: other },
    ];
    expect(() => mergeDocuments(parts)).toThrow(/components\/schemas\/Problem differs/);
  });

  it('refuses other components that differ under one name', () => {
    const other = documentOf('/v1/billing/others', {}, { responses: { Problem: { description: 'another' } } });
    const parts = [
      { service: 'forum', document: forum },
      { service: 'billing', document: other },
    ];
    expect(() => mergeDocuments(parts)).toThrow(/components\/responses\/Problem differs/);
  });
});
