import 'reflect-metadata';
import { afterAll, describe, expect, it } from '@jest/globals';
import { Body, Controller, Get, Module, Patch, Post, Query, type INestApplication, type Type } from '@nestjs/common';
import { isInstant } from '@ciep/kernel';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { ApiOperation, type OpenAPIObject } from '@nestjs/swagger';
import { format } from 'prettier';
import { Instant, Int, Localized, LocalizedTextDto, Text, Uuid } from '../http/fields.js';
import { listQuery } from '../http/lists.js';
import { About, Answers, AnswersNothing, AnswersPage, Cached, Can, Id, IfMatch, Lang, MayConflict, Public, Writes } from '../http/route.js';
import { openApiDocument, type OwnDocument } from './document.js';

class ThingDto {
  @Uuid({ description: 'id' })
  id!: string;

  @Int({ description: 'version' })
  version!: number;

  @Text({ max: 20, description: 'title' })
  title!: string;
}

class CloseThingDto {
  @Text({ max: 200, description: 'why' })
  reason!: string;

  @Instant({ description: 'from when on', optional: true })
  from?: string;
}

class ThingListQuery extends listQuery(['title', 'updatedAt']) {}

@About('Things of all kinds')
@Controller('things')
class ThingsController {
  @Get()
  @Can('audit:read')
  @AnswersPage(ThingDto)
  list(@Query() query: ThingListQuery): ThingListQuery {
    return query;
  }

  @Get(':id')
  @Public()
  @Cached(60)
  @MayConflict()
  @Answers(ThingDto)
  read(@Id() id: string, @Lang() language?: string): string {
    return `${id} ${language}`;
  }

  @Post()
  @Can('audit:read')
  @Writes({ key: 'required' })
  @Answers(ThingDto, 201)
  create(@Body() body: ThingDto): ThingDto {
    return body;
  }

  @Post(':id/forget')
  @Can('audit:read')
  @Writes()
  @AnswersNothing()
  forget(@Id() id: string, @IfMatch() version: number): string {
    return `${id} ${version}`;
  }
}

/** One more use case of these things: with a body of its own, it answers the thing as it is then. */
@Controller('things')
class ClosingController {
  @ApiOperation({ summary: 'Close a thing' })
  @Post(':id/close')
  @Can('audit:read')
  @Writes()
  @Answers(ThingDto)
  close(@Id() id: string, @IfMatch() version: number, @Body() body: CloseThingDto): object {
    return { id, version, ...body };
  }
}

class ThingPartDto {
  @Localized({ max: 30, description: 'what it is called' })
  name!: LocalizedTextDto;

  @Int({ description: 'size' })
  size!: number;
}

class ChangePartDto {
  @Int({ description: 'size', optional: true })
  size?: number;
}

class ThingListDto {
  @Text({ max: 20, description: 'note' })
  note!: string;
}

class PartListQuery extends listQuery(['size'], { synchronised: false }) {}

@Controller('parts')
class PartsController {
  @Get()
  @Public()
  @AnswersPage(ThingListDto)
  list(@Query() query: PartListQuery): PartListQuery {
    return query;
  }

  @Post()
  @Public()
  @Writes()
  @Answers(ThingPartDto, 201)
  create(@Body() body: ThingPartDto): ThingPartDto {
    return body;
  }

  @Patch(':id')
  @Public()
  @Writes()
  @AnswersNothing()
  change(@Id() id: string, @Body() body: ChangePartDto): object {
    return { id, ...body };
  }
}

class ClosedThingDto extends ThingDto {
  @Text({ max: 200, lines: true, description: 'why' })
  reason!: string;

  @Instant({ nullable: true, description: 'since when' })
  closedAt!: Instant | null;
}

/** The same with an answer of its own. */
@Controller('things')
class CountingController {
  @ApiOperation({ summary: 'Close a thing and say since when' })
  @Post(':id/count')
  @Can('audit:read')
  @Writes()
  @Answers(ClosedThingDto)
  count(@Id() id: string, @IfMatch() version: number, @Body() body: CloseThingDto): object {
    return { id, version, ...body };
  }
}

const apps: INestApplication[] = [];
afterAll(() => Promise.all(apps.map(app => app.close())));

const documentOf = (...controllers: Type[]): Promise<OpenAPIObject> => documentWith(undefined, ...controllers);

async function documentWith(own: OwnDocument | undefined, ...controllers: Type[]): Promise<OpenAPIObject> {
  class Root {}
  Module({ controllers })(Root);
  const app = await NestFactory.create(Root, new FastifyAdapter(), { logger: false });
  apps.push(app);
  return JSON.parse(JSON.stringify(openApiDocument(app, 'sample', own))) as OpenAPIObject;
}

/** The lines of a document as it is committed. */
const linesOf = async (document: OpenAPIObject): Promise<string[]> =>
  (await format(JSON.stringify(document), { parser: 'json', printWidth: 140 })).split('\n');

/** Lines that stand in one document more often than in the other. */
function changed(before: readonly string[], after: readonly string[]): number {
  const counts = new Map<string, number>();
  const count = (line: string, by: number) => counts.set(line, (counts.get(line) ?? 0) + by);
  for (const line of before) count(line.replace(/,$/, ''), -1);
  for (const line of after) count(line.replace(/,$/, ''), 1);
  return [...counts.values()].reduce((sum, more) => sum + Math.abs(more), 0);
}

describe(openApiDocument, () => {
  it('refers to what operations have in common', async () => {
    const { paths, components } = await documentOf(ThingsController);
    expect(paths['/things/{id}/forget']?.post).toMatchObject({
      security: [{ oauth2: ['sample:write'] }, { bearer: [] }],
      parameters: [
        { $ref: '#/components/parameters/IfMatch' },
        { $ref: '#/components/parameters/ThingsId' },
        { $ref: '#/components/parameters/OptionalIdempotencyKey' },
      ],
      responses: {
        204: { $ref: '#/components/responses/NoContent' },
        412: { $ref: '#/components/responses/PreconditionFailed' },
        503: { $ref: '#/components/responses/ServiceUnavailable' },
        default: { $ref: '#/components/responses/OtherProblem' },
      },
    });
    expect(paths['/things/{id}']?.get).toMatchObject({
      parameters: [
        { $ref: '#/components/parameters/Lang' },
        { $ref: '#/components/parameters/ThingsId' },
        { $ref: '#/components/parameters/IfNoneMatch' },
      ],
      security: [],
      responses: {
        200: { $ref: '#/components/responses/ThingDto' },
        304: { $ref: '#/components/responses/NotModified' },
        409: { $ref: '#/components/responses/Conflict' },
      },
    });
    expect(paths['/things/{id}']?.get).not.toHaveProperty('x-cached');
    const lists = ['Limit', 'Cursor', 'Count', 'UpdatedSince'].map(name => ({ $ref: `#/components/parameters/${name}` }));
    expect(paths['/things']?.get?.parameters).toEqual(expect.arrayContaining(lists));
    expect(paths['/things']?.get?.parameters).toHaveLength(lists.length + 1);
    expect(components?.parameters?.['ThingsId']).toEqual({
      name: 'id',
      in: 'path',
      required: true,
      description: 'id of one of the things',
      schema: { type: 'string', format: 'uuid' },
    });
  });

  it('names the headers that an answer can have', async () => {
    const { components } = await documentOf(ThingsController, PartsController);
    const always = ['RateLimit', 'RateLimit-Policy', 'X-Request-Id'];
    const headers = Object.entries(components?.responses ?? {}).map(([name, response]) => [
      name,
      'headers' in response ? Object.keys(response.headers ?? {}) : [],
    ]);
    expect(Object.fromEntries(headers)).toMatchObject({
      ThingDto: ['ETag', ...always],
      ThingDtoCreated: ['ETag', 'Location', 'Idempotency-Replayed', ...always],
      ThingPartDtoCreatedInside: ['Idempotency-Replayed', ...always],
      ThingDtoPage: ['Link', ...always],
      NoContent: ['Idempotency-Replayed', ...always],
      NotModified: ['ETag', ...always],
      TooManyRequests: ['Retry-After', 'Content-Language', ...always],
      ServiceUnavailable: ['Retry-After', 'Content-Language', ...always],
    });
  });

  it('declares what a list can be sorted by, and `updatedSince` only where it can be synchronised', async () => {
    const { paths } = await documentOf(ThingsController, PartsController);
    const parametersOf = (path: string) => (paths[path]?.get?.parameters ?? []) as { name?: string; schema?: object; $ref?: string }[];
    const sort = (path: string) => parametersOf(path).find(({ name }) => name === 'sort')?.schema;
    expect(sort('/things')).toEqual({ type: 'string', enum: ['title', '-title', 'updatedAt', '-updatedAt'] });
    expect(sort('/parts')).toEqual({ type: 'string', enum: ['size', '-size'] });
    const synchronised = { $ref: '#/components/parameters/UpdatedSince' };
    expect(parametersOf('/things')).toContainEqual(synchronised);
    expect(parametersOf('/parts')).not.toContainEqual(synchronised);
  });

  it('closes what bodies are made of, and says which text it may contain; answers stay open', async () => {
    const { components, paths } = await documentOf(ThingsController, PartsController);
    const line = [{ $ref: '#/components/schemas/Line' }];
    expect(components?.schemas?.['ThingPartDto']).toMatchObject({
      additionalProperties: false,
      properties: {
        name: { allOf: [{ $ref: '#/components/schemas/LocalizedTextDto' }], properties: { zh: { maxLength: 30, allOf: line } } },
      },
    });
    expect(components?.schemas?.['ThingDto']).toMatchObject({ additionalProperties: false, properties: { title: { allOf: line } } });
    expect(components?.schemas?.['ThingListDto']).not.toHaveProperty('additionalProperties');
    expect(components?.schemas?.['ThingListDto']).toHaveProperty('properties.note', {
      type: 'string',
      minLength: 1,
      maxLength: 20,
      description: 'note',
    });
    expect(paths['/parts/{id}']?.patch?.requestBody).toMatchObject({ required: false });
    expect(paths['/parts']?.post?.requestBody).toMatchObject({ required: true });
    expect(JSON.stringify({ components, paths })).not.toMatch(/"x-(text|about|cached)"/);
  });

  it.each([
    ['stand A 1', true, true],
    ['two\nlines', false, true],
    ['tab\tis text', true, true],
    ['展位 🙂', true, true],
    [' \t ', false, false],
    ['', false, false],
    ['bell\u0007', false, false],
    ['\u2028', false, false],
    ['before\u0085after', false, true],
  ])('describes texts by patterns: %j is a line: %s, lines: %s', async (text, isLine, isLines) => {
    const { components } = await documentOf(ThingsController, PartsController);
    const fits = (name: string) => new RegExp((components?.schemas?.[name] as { pattern: string }).pattern, 'u').test(text);
    expect([fits('Line'), fits('Lines')]).toEqual([isLine, isLines]);
  });

  it.each([
    ['2023-03-24T00:00:00Z', true],
    ['2023-03-24t00:00:00z', true],
    ['2023-03-24T00:00:00.5+15:59', true],
    ['2023-03-24T00:00:00-08:00', true],
    ['2023-03-24T00:00:00+16:00', false],
    ['2023-03-24T00:00:00-23:59', false],
  ])('says which instants callers may send: %s: %s', async (text, isTaken) => {
    const { components } = await documentOf(ThingsController, ClosingController, CountingController);
    const { pattern } = components?.schemas?.['Instant'] as { pattern: string };
    expect([new RegExp(pattern, 'u').test(text), isInstant(text)]).toEqual([isTaken, isTaken]);
    const instant = { allOf: [{ $ref: '#/components/schemas/Instant' }] };
    expect(components).toMatchObject({
      schemas: { CloseThingDto: { properties: { from: instant } } },
      parameters: { UpdatedSince: { schema: instant } },
    });
    expect(components).not.toHaveProperty('schemas.ClosedThingDto.properties.closedAt.allOf');
  });

  it('describes its tags, how to get a token, and who makes it', async () => {
    const document = await documentOf(ThingsController);
    expect(document.tags).toEqual([{ name: 'things', description: 'Things of all kinds' }]);
    expect(document.components?.securitySchemes?.['oauth2']).toMatchObject({
      flows: { authorizationCode: { tokenUrl: '/oidc/token' }, clientCredentials: { scopes: { 'billing:read': expect.any(String) } } },
    });
    expect(document.info).toMatchObject({ contact: { name: expect.any(String) }, license: { name: 'Apache-2.0' } });
    expect(document.servers).toHaveLength(1);
  });

  it('contains what the service has besides routes', async () => {
    const received = { post: { operationId: 'receive', responses: { '2XX': { description: 'received' } } } };
    const own = {
      tags: [{ name: 'deliveries', description: 'What you receive' }],
      webhooks: { 'thing.closed': received },
      components: { schemas: { Sent: { type: 'object' } } },
    };
    const { webhooks, tags, components } = await documentWith(own, ThingsController);
    expect(webhooks).toEqual({ 'thing.closed': received });
    expect(tags?.map(({ name }) => name)).toEqual(['deliveries', 'things']);
    expect(components?.schemas).toHaveProperty('Sent');
  });

  it.each([
    ['a thing', () => ClosingController],
    ['with a class of its own', () => CountingController],
  ])('grows by at most 120 lines with a route that takes a body and answers %s', async (_what, more) => {
    const [before, after] = [await documentOf(ThingsController), await documentOf(ThingsController, more())];
    const lines = changed(await linesOf(before), await linesOf(after));
    expect(lines).toBeGreaterThan(30);
    expect(lines).toBeLessThanOrEqual(120);
  });
});
