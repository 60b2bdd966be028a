import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineEvent } from '@ciep/contracts';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { baselineFrom, baselinePath, baselineText, presentFacts } from '../release/baseline.js';
import { breakingDifferences } from '../release/breaking.js';
import { changelogPath, released, unlisted } from '../release/changelog.js';
import { factsOf, read, written, type ApiDocument } from '../release/facts.js';
import { repository } from './tree.js';

const textOf = (path: string) => readFileSync(join(repository, path), 'utf8');

describe('the API since the last release', () => {
  it('breaks no client, unless CHANGELOG.md says so under "Breaking" of what is unreleased', () => {
    const differences = breakingDifferences(baselineFrom(textOf(baselinePath)).facts, presentFacts(repository));
    expect(unlisted(differences, textOf(changelogPath))).toEqual([]);
  });

  it('is compared with the release that package.json and the changelog name', () => {
    const { version } = JSON.parse(textOf('package.json')) as { version: string };
    expect(baselineFrom(textOf(baselinePath)).version).toBe(version);
    expect(textOf(changelogPath)).toContain(`## [${version}]`);
  });

  it('is kept in a form that is read back as it was', () => {
    const facts = presentFacts(repository);
    expect(baselineFrom(baselineText({ version: '1.2.3', facts }))).toEqual({ version: '1.2.3', facts });
    expect(facts.size).toBeGreaterThan(2_000);
  });
});

/** A small API with one of each: parameters, bodies, answers, a shared schema, a file, a webhook. */
const forum = () => ({
  paths: {
    '/v1/forum/talks': {
      get: {
        operationId: 'listTalks',
        security: [],
        parameters: [
          { name: 'kind', in: 'query', schema: { type: 'string', enum: ['talk', 'panel'] } },
          { $ref: '#/components/parameters/Limit' },
        ],
        responses: { 200: { headers: { Link: {} }, content: { 'application/json': { schema: { type: 'array', items: { $ref: '#/components/schemas/TalkDto' } } } } } }, // prettier-ignore
      },
      post: {
        operationId: 'createTalk',
        security: [{ oauth2: ['forum:write'] }, { bearer: [] }],
        'x-permission': 'talk:write',
        parameters: [],
        requestBody: { required: false, content: { 'application/json': { schema: { $ref: '#/components/schemas/NewTalkDto' } } } },
        responses: { 201: { content: { 'application/json': { schema: { $ref: '#/components/schemas/TalkDto' } } } }, 409: {} },
      },
    },
    '/v1/forum/talks/export.csv': {
      get: { operationId: 'exportTalks', security: [], responses: { 200: { content: { 'text/csv': { schema: { type: 'string' } } } } } },
    },
  },
  webhooks: {
    'ciep.forum.talk.given.v1': {
      post: { requestBody: { content: { 'application/json': { schema: { allOf: [{ type: 'object', properties: { talkId: { type: 'string' } }, required: ['talkId'] }] } } } } }, // prettier-ignore
    },
  },
  components: {
    parameters: { Limit: { name: 'limit', in: 'query', schema: { type: 'integer', minimum: 1, maximum: 200 } } },
    schemas: {
      TalkDto: {
        type: 'object',
        required: ['id', 'state'],
        properties: { id: { type: 'string', format: 'uuid' }, state: { type: 'string', enum: ['open', 'full'] }, place: { type: ['string', 'null'] } },
      }, // prettier-ignore
      NewTalkDto: {
        type: 'object',
        required: ['title'],
        properties: {
          title: { type: 'string', minLength: 1, maxLength: 100 },
          kind: { type: ['string', 'null'], enum: ['talk', 'panel', null] },
          code: { type: 'string' },
          tags: { type: 'array', items: { type: 'string', maxLength: 10 } },
          speaker: { $ref: '#/components/schemas/SpeakerDto' },
        },
      },
      SpeakerDto: { type: 'object', properties: { name: { type: 'string' } } },
    },
  },
});

type Forum = ReturnType<typeof forum>;
const given = (data: z.ZodObject) => [defineEvent('forum.talk.given.v1', 'A talk was given.', data)];
const id = z.uuid();
const eventOf = (data: z.ZodObject = z.object({ talkId: id, seats: z.int(), held: z.enum(['here', 'online']) })) => given(data);
const factsOfForum = (document: unknown, events = eventOf()) => factsOf(new Map([['forum', document as ApiDocument]]), events);
const before = factsOfForum(forum());

/** The differences after a change; parts of the document are replaced, or removed by undefined. */
const after = (change: (document: Forum) => unknown): string[] => {
  const document = forum();
  change(document);
  return breakingDifferences(before, factsOfForum(JSON.parse(JSON.stringify(document))));
};
const list = ({ paths }: Forum) =>
  paths['/v1/forum/talks'].get as unknown as Record<string, unknown> & { parameters: Record<string, unknown>[] };
const create = ({ paths }: Forum) => paths['/v1/forum/talks'].post as unknown as Record<string, unknown> & { parameters: unknown[] };
const field = (schema: keyof Forum['components']['schemas'], name: string, what: object | undefined) => (document: Forum) =>
  Object.assign(document.components.schemas[schema].properties, { [name]: what });
const required = (schema: 'TalkDto' | 'NewTalkDto', names: string[]) => (document: Forum) =>
  Object.assign(document.components.schemas[schema], { required: names });

describe('a difference that breaks clients', () => {
  const listing = 'GET /v1/forum/talks';
  const creation = 'POST /v1/forum/talks';

  it.each<readonly [string, (document: Forum) => unknown, string]>([
    ['an operation is gone', ({ paths }) => Reflect.deleteProperty(paths, '/v1/forum/talks/export.csv'), 'GET /v1/forum/talks/export.csv is gone'],
    ['an operation has another name', document => Object.assign(list(document), { operationId: 'talks' }), `${listing}: operation was listTalks, is talks`],
    ['a public operation needs a token', document => Object.assign(list(document), { security: [{ oauth2: ['forum:read'] }] }), `${listing}: access was public, is forum:read`],
    ['another scope is needed', document => Object.assign(create(document), { security: [{ oauth2: ['forum:admin'] }] }), `${creation}: access was forum:write talk:write, is forum:admin talk:write`],
    ['another permission is needed', document => Object.assign(create(document), { 'x-permission': 'talk:create' }), `${creation}: access was forum:write talk:write, is forum:write talk:create`],
    ['a parameter is gone', document => list(document).parameters.shift(), `${listing} sent query kind is gone`],
    ['a parameter is new and required', document => create(document).parameters.push({ name: 'key', in: 'header', required: true, schema: {} }), `${creation} sent header key: is new and required`],
    ['a parameter is required', document => Object.assign(list(document).parameters[0] ?? {}, { required: true }), `${listing} sent query kind: is required`],
    ['a parameter takes fewer words', document => Object.assign(list(document).parameters[0] ?? {}, { schema: { type: 'string', enum: ['talk'] } }), `${listing} sent query kind: enum loses panel`],
    ['a shared parameter has a lower maximum', document => Object.assign(document.components.parameters.Limit.schema, { maximum: 100 }), 'sent Limit: maximum falls to 100'],
    ['a body is required', document => Object.assign(create(document)['requestBody'] as object, { required: true }), `${creation} sent body: is required`],
    ['a body has another media type', document => Object.assign(create(document)['requestBody'] as object, { content: { 'text/csv': { schema: { $ref: '#/components/schemas/NewTalkDto' } } } }), `${creation} sent body: media loses application/json`],
    ['a sent field is gone', field('NewTalkDto', 'code', undefined), 'sent ForumNewTalkDto.code is gone'],
    ['a sent field is new and required', document => { field('NewTalkDto', 'day', { type: 'string' })(document); required('NewTalkDto', ['title', 'day'])(document); }, 'sent ForumNewTalkDto.day: is new and required'],
    ['a sent field is required', required('NewTalkDto', ['title', 'code']), 'sent ForumNewTalkDto.code: is required'],
    ['a sent field may not be null any more', field('NewTalkDto', 'kind', { type: 'string', enum: ['talk', 'panel', null] }), 'sent ForumNewTalkDto.kind: type loses null'],
    ['a sent field takes fewer words', field('NewTalkDto', 'kind', { type: ['string', 'null'], enum: ['talk', null] }), 'sent ForumNewTalkDto.kind: enum loses panel'],
    ['a sent field takes words only', field('NewTalkDto', 'code', { type: 'string', enum: ['a'] }), 'sent ForumNewTalkDto.code: enum is only a'],
    ['a sent field has a pattern', field('NewTalkDto', 'code', { type: 'string', pattern: '^a' }), 'sent ForumNewTalkDto.code: pattern is ^a now'],
    ['a sent field has a format', field('NewTalkDto', 'code', { type: 'string', format: 'uuid' }), 'sent ForumNewTalkDto.code: format is uuid now'],
    ['a sent field has to be longer', field('NewTalkDto', 'title', { type: 'string', minLength: 2, maxLength: 100 }), 'sent ForumNewTalkDto.title: minLength rises to 2'],
    ['a sent field has to be shorter', field('NewTalkDto', 'title', { type: 'string', minLength: 1, maxLength: 99 }), 'sent ForumNewTalkDto.title: maxLength falls to 99'],
    ['an item of a sent list has to be shorter', field('NewTalkDto', 'tags', { type: 'array', items: { type: 'string', maxLength: 9 } }), 'sent ForumNewTalkDto.tags[]: maxLength falls to 9'],
    ['items of a sent list must differ', field('NewTalkDto', 'tags', { type: 'array', uniqueItems: true, items: { type: 'string', maxLength: 10 } }), 'sent ForumNewTalkDto.tags: uniqueItems is true now'],
    ['unknown sent fields are refused', document => Object.assign(document.components.schemas.SpeakerDto, { additionalProperties: false }), 'sent ForumSpeakerDto: closed is true now'],
    ['a sent field is another schema', field('NewTalkDto', 'speaker', { $ref: '#/components/schemas/TalkDto' }), 'sent ForumNewTalkDto.speaker: schema loses ForumSpeakerDto'],
    ['a status is gone', document => Object.assign(create(document), { responses: { 409: {} } }), `${creation} answered 201 is gone`],
    ['a status is new', document => Object.assign(create(document)['responses'] as object, { 202: {} }), `${creation} answered 202 is new`],
    ['an answer has no header any more', document => Object.assign((list(document)['responses'] as { 200: object })[200], { headers: {} }), `${listing} answered 200: headers loses Link`],
    ['an answer has another media type', document => Object.assign(document.paths['/v1/forum/talks/export.csv'].get.responses[200], { content: { 'text/plain': { schema: { type: 'string' } } } }), 'GET /v1/forum/talks/export.csv answered 200: media was text/csv, is text/plain'],
    ['an answer is no list any more', document => Object.assign((list(document)['responses'] as { 200: object })[200], { content: { 'application/json': { schema: { $ref: '#/components/schemas/TalkDto' } } } }), `${listing} answered 200[] is gone`],
    ['a field of an answer is gone', field('TalkDto', 'place', undefined), 'answered ForumTalkDto.place is gone'],
    ['a field of an answer may be absent', required('TalkDto', ['id']), 'answered ForumTalkDto.state: may be absent'],
    ['a field of an answer may be null', field('TalkDto', 'id', { type: ['string', 'null'], format: 'uuid' }), 'answered ForumTalkDto.id: type gains null'],
    ['a field of an answer has another type', field('TalkDto', 'place', { type: 'integer' }), 'answered ForumTalkDto.place: type gains integer'],
    ['a field of an answer has another format', field('TalkDto', 'id', { type: 'string' }), 'answered ForumTalkDto.id: format was uuid, is nothing'],
    ['a field of an answer has more words', field('TalkDto', 'state', { type: 'string', enum: ['open', 'full', 'over'] }), 'answered ForumTalkDto.state: enum gains over'],
    ['a field of an answer has any word', field('TalkDto', 'state', { type: 'string' }), 'answered ForumTalkDto.state: enum may be anything'],
    ['a webhook is gone', document => Object.assign(document, { webhooks: {} }), 'webhook ciep.forum.talk.given.v1 is gone'],
    ['a webhook lacks a field', document => Object.assign(document.webhooks['ciep.forum.talk.given.v1'].post.requestBody.content['application/json'], { schema: {} }), 'webhook ciep.forum.talk.given.v1 body.talkId is gone'],
  ])('is found: %s', (_kind, change, difference) => {
    expect(after(change)).toContain(difference);
    expect(after(change).length).toBeLessThanOrEqual(2);
  }); // prettier-ignore

  it.each<readonly [string, ReturnType<typeof given>, string[]]>([
    ['is gone', [], ['event ciep.forum.talk.given.v1 is gone']],
    ['lacks a field', eventOf(z.object({ talkId: id, held: z.enum(['here', 'online']) })), ['event ciep.forum.talk.given.v1 data.seats is gone']],
    ['has a field of another type', eventOf(z.object({ talkId: id, seats: z.string(), held: z.enum(['here', 'online']) })), ['event ciep.forum.talk.given.v1 data.seats: type gains string']],
    ['may lack a field', eventOf(z.object({ talkId: id, seats: z.int().optional(), held: z.enum(['here', 'online']) })), ['event ciep.forum.talk.given.v1 data.seats: may be absent']],
    ['has a field with more words', eventOf(z.object({ talkId: id, seats: z.int(), held: z.enum(['here', 'online', 'both']) })), ['event ciep.forum.talk.given.v1 data.held: enum gains both']],
  ])('is found: an event %s', (_kind, events, differences) => {
    expect(breakingDifferences(before, factsOfForum(forum(), events))).toEqual(differences);
  }); // prettier-ignore

  it.each<readonly [string, (document: Forum) => unknown]>([
    ['nothing', () => undefined],
    ['an operation is new', ({ paths }) => Object.assign(paths, { '/v1/forum/rooms': { get: { operationId: 'listRooms', parameters: [{ name: 'a', in: 'query', required: true }] } } })],
    ['a parameter is new', document => list(document).parameters.push({ name: 'day', in: 'query', schema: { type: 'string' } })],
    ['an operation is for everybody', document => Object.assign(create(document), { security: [], 'x-permission': undefined })],
    ['a refusal is new', document => Object.assign(create(document)['responses'] as object, { 422: {} })],
    ['a sent field may be longer, empty or anything', field('NewTalkDto', 'title', { type: ['string', 'null'] })],
    ['a sent field is no longer required', required('NewTalkDto', [])],
    ['an answer has a new field', field('TalkDto', 'seats', { type: 'integer' })],
    ['a field of an answer is always there and never null', document => { required('TalkDto', ['id', 'state', 'place'])(document); field('TalkDto', 'place', { type: 'string' })(document); }],
    ['a field of an answer has fewer words', field('TalkDto', 'state', { type: 'string', enum: ['open'] })],
    ['words change that only people read', document => Object.assign(list(document), { summary: 'All talks' })],
  ])('is not: %s', (_kind, change) => {
    expect(after(change)).toEqual([]);
  }); // prettier-ignore
});

describe('the changelog', () => {
  const differences = ['GET /v1/a is gone', 'sent ADto.b: is required'];
  const changelog = (breaking: string) => `# Changelog\n\n## [Unreleased]\n\n### Added\n\n- \`GET /v1/a is gone\`\n\n### Breaking\n\n${breaking}\n\n### Fixed\n\n- x\n\n## [0.1.0] - 2026-01-01\n\n### Breaking\n\n- \`sent ADto.b: is required\`\n`; // prettier-ignore

  it('lists a difference by its name, under "Breaking" of what is unreleased only', () => {
    expect(unlisted(differences, changelog('- nothing'))).toEqual(differences);
    expect(unlisted(differences, changelog('- `GET /v1/a is gone`: use b'))).toEqual(['sent ADto.b: is required']);
    expect(unlisted(differences, changelog(differences.map(name => `- \`${name}\``).join('\n')))).toEqual([]);
  });

  it('begins a section for a release once', () => {
    const text = released(changelog('- x'), '0.2.0', '2027-01-31');
    expect(text).toContain('## [Unreleased]\n\n## [0.2.0] - 2027-01-31\n\n### Added');
    expect(released(text, '0.2.0', '2027-02-01')).toBe(text);
  });
});

describe('facts as text', () => {
  it('are indented below what their place begins with', () => {
    expect(written(before).split('\n').slice(0, 4)).toEqual([
      'GET /v1/forum/talks\t{"operation":"listTalks","access":"public"}',
      '\t answered 200\t{"headers":"Link","media":"application/json","type":"array"}',
      '\t\t[]\t{"schema":"ForumTalkDto"}',
      '\t sent query kind\t{"type":"string","enum":["talk","panel"]}',
    ]);
    expect(read(written(before))).toEqual(before);
  });
});
