import { randomUUID } from 'node:crypto';
import { createLog } from '@ciep/platform';
import { startService, type TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { sample, scopes } from './sample.js';

let service: TestService;
const lines: string[] = [];
const organisationId = randomUUID();
const caller = { roles: ['auditor'] as const, organisationId, scopes };
const auditor = () => service.as(caller);

beforeAll(async () => {
  service = await startService(sample, { log: createLog('info', { write: line => void lines.push(line) }) });
});

const written = async (title = 'first') => (await auditor().post('/v1/sample/notes', { title })).body as { id: string; version: number };

describe('the HTTP edge', () => {
  it('answers 201 with version, ETag and Location', async () => {
    const { status, body, headers } = await auditor().post('/v1/sample/notes', { title: 'hello' });
    expect([status, headers['etag'], headers['location']]).toEqual([201, '"1"', `/v1/sample/notes/${body.id}`]);
  });

  it.each([
    ['no token', undefined, 401, 'token.missing'],
    ['a token without the role', { roles: ['individual'], scopes }, 403, 'permission.missing'],
    ['a token without the scope', { roles: ['auditor'], scopes: ['sample:read'] }, 403, 'scope.missing'],
    ['a token without an organisation', { roles: ['auditor'], scopes }, 403, 'organisation.missing'],
  ] as const)('refuses %s', async (_name, caller, status, code) => {
    const api = caller ? service.as(caller) : service.anonymous;
    expect(await api.post('/v1/sample/notes', { title: 'x' })).toMatchObject({ status, body: { code } });
  });

  it.each([
    ['a missing field', {}, '/title', 'required'],
    ['null', { title: null }, '/title', 'not_a_text'],
    ['a number for a text', { title: 5 }, '/title', 'not_a_text'],
    ['a long text', { title: 'x'.repeat(21) }, '/title', 'too_long'],
    ['a blank text', { title: '  ' }, '/title', 'too_short'],
    ['a NUL byte', { title: 'a\u0000b' }, '/title', 'unprintable'],
    ['a second line', { title: 'a\r\nb' }, '/title', 'line_break'],
    ['a line break of Unicode', { title: 'a\u2028b' }, '/title', 'line_break'],
    ['a second line in one language', { title: 'x', names: { zh: '中', en: 'a\nb' } }, '/names', 'line_break'],
    ['half a surrogate pair', { title: '\ud800' }, '/title', 'unprintable'],
    ['an unknown field', { title: 'x', evil: 1 }, '/evil', 'unknown'],
    ['a text for a number', { title: 'x', count: '5' }, '/count', 'not_an_integer'],
    ['half a localized text', { title: 'x', names: { zh: '中' } }, '/names/en', 'required'],
    ['a deep field', { title: 'x', items: [{ name: 'a' }, { name: 'abcdef' }] }, '/items/1/name', 'too_long'],
    ['a list that is too long', { title: 'x', items: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] }, '/items', 'too_many'],
    ['an item that is no object', { title: 'x', items: [1] }, '/items', 'not_an_object'],
    ['a field called toString', { title: 'x', toString: 1 }, '/toString', 'unknown'],
    ['a field called constructor', { title: 'x', constructor: { x: 1 } }, '/constructor', 'unknown'],
    ['an inner field called valueOf', { title: 'x', items: [{ name: 'a', valueOf: 1 }] }, '/items/0/valueOf', 'unknown'],
  ])('answers 422 and points at %s', async (_name, body, pointer, code) => {
    const answer = await auditor().post('/v1/sample/notes', body);
    expect(answer).toMatchObject({ status: 422, body: { code: 'body.invalid', errors: [{ pointer, code }] } });
  });

  it('writes problems in Chinese on request', async () => {
    const { body, headers } = await auditor().post('/v1/sample/notes', {}, { headers: { 'accept-language': 'zh-CN,en;q=0.5' } });
    expect([headers['content-language'], body.errors[0].detail]).toEqual(['zh', '必填。']);
  });

  it.each([
    ['malformed JSON', '{"title":', 'application/json', 400, 'request.malformed'],
    ['an empty body', '', 'application/json', 400, 'request.malformed'],
    ['JSON in Latin-1', '{"title":"a"}', 'application/json; charset=latin1', 415, 'body.type_unsupported'],
    ['a prototype', '{"__proto__":{"x":1},"title":"a"}', 'application/json', 400, 'request.malformed'],
    ['a list', '[1]', 'application/json', 422, 'body.invalid'],
    ['a form', 'title=x', 'application/x-www-form-urlencoded', 415, 'body.type_unsupported'],
    ['plain text', 'title', 'text/plain', 415, 'body.type_unsupported'],
    ['a PDF', '%PDF', 'application/pdf', 415, 'body.type_unsupported'],
    ['2 MB', JSON.stringify({ title: 'x'.repeat(2_000_000) }), 'application/json', 413, 'body.too_large'],
  ])('refuses %s as a body', async (_name, body, contentType, status, code) => {
    const answer = await auditor().post('/v1/sample/notes', body, { headers: { 'content-type': contentType } });
    expect(answer).toMatchObject({ status, body: { code } });
  });

  it.each([
    ['an unknown route', '/v1/sample/nothing', 404, 'route.not_found'],
    ['a bad escape', '/v1/sample/notes/public/%zz', 400, 'request.malformed'],
    ['an id that is none', '/v1/sample/notes/public/abc', 400, 'id.malformed'],
    ['an unknown query parameter', '/v1/sample/notes?evil=1', 400, 'query.invalid'],
    [
      'a query parameter of a route that reads none',
      '/v1/sample/notes/public/01860000-0000-7000-8000-000000000001?evil=1',
      400,
      'query.invalid',
    ],
    ['a limit that is too high', '/v1/sample/notes?limit=201', 400, 'query.invalid'],
    ['a sort that is not offered', '/v1/sample/notes?sort=amount', 400, 'sort.unknown'],
    ['a foreign cursor', '/v1/sample/notes?cursor=abc.def', 400, 'cursor.invalid'],
    ['a limit below zero', '/v1/sample/notes?limit=-1', 400, 'query.invalid'],
    ['a number beyond what a column holds', '/v1/sample/notes?minimum=2147483648', 400, 'query.invalid'],
    ['a number of a hundred digits', `/v1/sample/notes?minimum=${'9'.repeat(100)}`, 400, 'query.invalid'],
    ['an instant in the year 0', '/v1/sample/notes?updatedSince=0000-01-01T00:00:00Z', 400, 'query.invalid'],
    ['an instant after the year 9999', '/v1/sample/notes?updatedSince=9999-12-31T23:59:59-23:59', 400, 'query.invalid'],
    ['an offset of 16 hours', '/v1/sample/notes?updatedSince=2023-03-24T00:00:00%2B16:00', 400, 'query.invalid'],
    ['a parameter called toString', '/v1/sample/notes?toString=1', 400, 'query.invalid'],
    ['a parameter called constructor', '/v1/sample/notes?constructor=1', 400, 'query.invalid'],
    ['a parameter called __proto__', '/v1/sample/notes?__proto__=1', 400, 'query.invalid'],
    ['a NUL', '/v1/sample/notes?q=%00', 400, 'request.malformed'],
    ['a parameter in Latin-1', '/v1/sample/notes?q=caf%E9', 400, 'request.malformed'],
    ['half a character', '/v1/sample/notes?q=%ED%A0%80', 400, 'request.malformed'],
    ['a percent sign by itself', '/v1/sample/notes?q=100%', 400, 'request.malformed'],
  ])('refuses %s', async (_name, path, status, code) => {
    expect(await auditor().get(path)).toMatchObject({ status, body: { code } });
  });

  it('takes an instant in small letters', async () => {
    expect((await auditor().get('/v1/sample/notes?updatedSince=2023-03-24t00:00:00z')).status).toBe(200);
  });

  it.each(['99999999999', 'abc', '1e5'])('refuses %s, which PostgreSQL is the first to look at, and asks for a check', async value => {
    lines.length = 0;
    expect(await auditor().get(`/v1/sample/notes/unchecked/${value}`)).toMatchObject({ status: 400, body: { code: 'value.refused' } });
    expect(lines.join('')).toContain('a value reached PostgreSQL that a check should have refused');
  });

  it('refuses text that is not UTF-8', async () => {
    const body = Buffer.concat([Buffer.from('{"title":"caf'), Buffer.from([0xe9]), Buffer.from('"}')]);
    const headers = {
      'content-type': 'application/json',
      authorization: `Bearer ${await service.token(caller)}`,
      'idempotency-key': randomUUID(),
    };
    const answer = await fetch(`${service.url}/v1/sample/notes`, { method: 'POST', headers, body });
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([400, 'body.not_utf8']);
  });

  it('refuses a body in an encoding that it does not undo, and names the one it takes', async () => {
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const answer = await auditor().post('/v1/sample/notes', '{"title":"x"}', { headers });
    expect(answer).toMatchObject({ status: 415, body: { code: 'body.type_unsupported' }, headers: { 'accept-encoding': 'identity' } });
  });

  it('takes an announced body that is empty, where none is needed', async () => {
    const { id } = await written();
    const headers = { 'content-type': 'application/json', 'content-length': '0' };
    expect((await auditor().delete(`/v1/sample/notes/${id}`, { ifMatch: 1, headers })).status).toBe(204);
  });

  it.each([
    ['PUT', '/v1/sample/notes', 'GET, HEAD, POST'],
    ['POST', '/v1/sample/notes/01860000-0000-7000-8000-000000000001?x=1', 'DELETE, GET, HEAD, PATCH'],
    ['GET', '/v1/sample/notes/01860000-0000-7000-8000-000000000001/add', 'POST'],
    ['PROPFIND', '/v1/sample/notes', 'GET, HEAD, POST'],
    ['DELETE', '/health/live', 'GET, HEAD'],
  ])('answers 405 to %s %s, and says what there is', async (method, path, allow) => {
    const answer = await fetch(`${service.url}${path}`, { method });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, allow]);
    expect(await answer.json()).toMatchObject({ code: 'route.method_not_allowed' });
  });

  it('answers in its one format whatever `Accept` says', async () => {
    for (const accept of ['text/html', 'application/json;q=0', 'nonsense', '*/*;q=0']) {
      const { status, headers } = await auditor().get('/v1/sample/notes', { headers: { accept } });
      expect([accept, status, headers['content-type']]).toEqual([accept, 200, 'application/json; charset=utf-8']);
      const refused = await auditor().get('/v1/sample/notes?nothing=1', { headers: { accept } });
      expect([accept, refused.status, refused.headers['content-type']]).toEqual([accept, 400, 'application/problem+json; charset=utf-8']);
    }
  });

  it('says nothing of methods where there is nothing, or nothing for strangers', async () => {
    for (const path of ['/v1/sample/nothing', '/internal/openapi.json'])
      expect((await fetch(`${service.url}${path}`, { method: 'PUT' })).status).toBe(404);
  });

  it('refuses a missing, a foreign and a stale If-Match, and takes one that a proxy has made weak', async () => {
    const { id } = await written();
    const add = (ifMatch?: string) => auditor().post(`/v1/sample/notes/${id}/add`, { line: 'x' }, ifMatch === undefined ? {} : { ifMatch });
    expect((await add()).status).toBe(428);
    expect((await add('*')).status).toBe(412);
    expect((await add('"1", "abc"')).status).toBe(412);
    expect(await add('"7"')).toMatchObject({ status: 412, body: { code: 'resource.changed', currentETag: '"1"' } });
    expect((await add('W/"1"')).headers['etag']).toBe('"2"');
    expect((await add('"1", W/"2"')).headers['etag']).toBe('"3"');
    expect((await add('"1", "2"')).status).toBe(412);
  });

  it('answers a change that changes nothing with the version there was', async () => {
    const { id } = await written('as it was');
    const rename = (line: string, ifMatch: number) => auditor().patch(`/v1/sample/notes/${id}`, { line }, { ifMatch });
    expect(await rename('as it was', 1)).toMatchObject({ status: 200, headers: { etag: '"1"' }, body: { version: 1 } });
    expect(await rename('another title', 1)).toMatchObject({ status: 200, headers: { etag: '"2"' } });
    expect((await rename('another title', 1)).status).toBe(412);
  });

  it('hides foreign resources', async () => {
    const { id } = await written();
    const stranger = service.as({ roles: ['auditor'], organisationId: randomUUID(), scopes });
    expect(await stranger.post(`/v1/sample/notes/${id}/add`, { line: 'x' }, { ifMatch: 1 })).toMatchObject({
      status: 404,
      body: { code: 'note.not_found' },
    });
    expect((await auditor().get(`/v1/sample/notes/${id}/mine`)).status).toBe(200);
    expect((await stranger.get(`/v1/sample/notes/${id}/mine`)).status).toBe(404);
    expect(await service.as({ roles: ['auditor'], scopes }).get(`/v1/sample/notes/${id}/mine`)).toMatchObject({
      status: 403,
      body: { code: 'organisation.missing' },
    });
  });

  it('lets caches keep public answers, and answers 304', async () => {
    const { id } = await written();
    const first = await service.anonymous.get(`/v1/sample/notes/public/${id}`);
    expect(first.headers['cache-control']).toBe('public, max-age=60');
    const again = await service.anonymous.get(`/v1/sample/notes/public/${id}`, {
      headers: { 'if-none-match': String(first.headers['etag']) },
    });
    expect([again.status, again.text]).toEqual([304, '']);
  });

  it('keeps a valid request id and replaces any other', async () => {
    const good = await auditor().get('/v1/sample/notes', { headers: { 'x-request-id': 'portal-12345' } });
    const bad = await auditor().get('/v1/sample/notes', { headers: { 'x-request-id': 'a b' } });
    expect(good.headers['x-request-id']).toBe('portal-12345');
    expect(bad.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('the log', () => {
  it('has one line per answer, with the request id and the route pattern, and nothing about the caller', async () => {
    const { id } = await written('a private title');
    lines.length = 0;
    await service.anonymous.get(`/v1/sample/notes/public/${id}?lang=en`, {
      headers: { 'x-request-id': 'portal-98765', authorization: 'Bearer secret' },
    });
    const answered = lines.map(line => JSON.parse(line) as Record<string, unknown>).filter(({ msg }) => msg === 'answered');
    expect(answered).toEqual([
      expect.objectContaining({
        service: 'sample',
        requestId: 'portal-98765',
        method: 'GET',
        route: '/v1/sample/notes/public/:id',
        status: 400,
      }),
    ]);
    expect(lines.join('')).not.toMatch(/secret|private title/);
  });
});

describe('lists', () => {
  it('return every row once over all pages, and count only on request', async () => {
    const mark = `p${Date.now() % 100_000}`;
    for (const letter of ['a', 'b', 'c', 'd', 'e']) await written(`${mark}${letter}`);
    const titles: string[] = [];
    let path: string | undefined = `/v1/sample/notes?q=${mark}&limit=2&sort=-title&count=true`;
    while (path !== undefined) {
      const page = await auditor().get(path);
      expect(page.body.total).toBe(5);
      titles.push(...(page.body.items as { title: string }[]).map(item => item.title));
      path = /<([^>]+)>/.exec(page.headers['link'] ?? '')?.[1];
    }
    expect(titles).toEqual(['e', 'd', 'c', 'b', 'a'].map(letter => `${mark}${letter}`));
  });

  it('refuse the cursor of another filter', async () => {
    await written('cur1');
    await written('cur2');
    const { body } = await auditor().get('/v1/sample/notes?q=cur&limit=1');
    expect(await auditor().get(`/v1/sample/notes?q=other&limit=1&cursor=${body.nextCursor}`)).toMatchObject({
      status: 400,
      body: { code: 'cursor.invalid' },
    });
  });

  it.each([
    ['capitals', 'ÉCOLE ΣΑΣ', 'école σασ'],
    ['decomposed accents', 'e\u0301cole 2', 'école 2'],
    ['composed accents', 'école 3', 'e\u0301cole 3'],
    ['full width', '国际（ＡＢＣ）１', '国际(abc)1'],
    ['half width', '国际(abc)2', '国际（ＡＢＣ）２'],
    ['signs that nobody sees', 'Ü\u200bbers\u00adetzer', 'übers\ufeffetzer'],
    ['blanks around', 'blanks', ' blanks\u3000'],
  ])('find texts in other normal forms: %s', async (_what, title, q) => {
    await written(title);
    const { body } = await auditor().get('/v1/sample/notes', { query: { q } });
    expect((body.items as { title: string }[]).map(item => item.title)).toEqual([title]);
  });

  it('take wildcards literally', async () => {
    await written('100%');
    await written('100x');
    const { body } = await auditor().get('/v1/sample/notes', { query: { q: '100%' } });
    expect(body.items).toHaveLength(1);
  });

  it('never miss a row that is committed late', async () => {
    const client = service.admin;
    const since = new Date(Date.now() - 60_000).toISOString();
    await client?.query('BEGIN');
    await client?.query(
      `INSERT INTO notes (id, version, organisation_id, title, lines, amount) VALUES (gen_random_uuid(), 1, $1, 'late', '[]', 0)`,
      [organisationId],
    );
    const first = await auditor().get('/v1/sample/notes', { query: { q: 'late', updatedSince: since } });
    await client?.query('COMMIT');
    const next = await auditor().get('/v1/sample/notes', { query: { q: 'late', updatedSince: first.body.syncedUntil as string } });
    expect([first.body.items.length, next.body.items.length]).toEqual([0, 1]);
  });
});

describe('Idempotency-Key', () => {
  it('is required for creating requests', async () => {
    expect(await auditor().post('/v1/sample/notes', { title: 'x' }, { key: false })).toMatchObject({
      status: 400,
      body: { code: 'idempotency.key_required' },
    });
    expect(await auditor().post('/v1/sample/notes', { title: 'x' }, { key: 'short' })).toMatchObject({
      status: 400,
      body: { code: 'idempotency.key_malformed' },
    });
  });

  it('gives 50 concurrent requests with one key one effect and 50 equal answers', async () => {
    const api = auditor();
    const key = `twins-${randomUUID()}`;
    const answers = await Promise.all(Array.from({ length: 50 }, () => api.post('/v1/sample/notes', { title: 'twin' }, { key })));
    expect(new Set(answers.map(answer => `${answer.status} ${answer.text} ${answer.headers['etag']}`)).size).toBe(1);
    expect(answers.filter(answer => answer.headers['idempotency-replayed'] === 'true')).toHaveLength(49);
    expect(await service.query(`SELECT 1 FROM notes WHERE title = 'twin'`)).toHaveLength(1);
  });

  it('refuses another body, stores a refusal, and stays unused after an invalid body', async () => {
    const api = auditor();
    const key = `other-${randomUUID()}`;
    expect((await api.post('/v1/sample/notes', {}, { key })).status).toBe(422);
    expect((await api.post('/v1/sample/notes', { title: 'a' }, { key })).status).toBe(201);
    expect(await api.post('/v1/sample/notes', { title: 'b' }, { key })).toMatchObject({
      status: 422,
      body: { code: 'idempotency.key_reused' },
    });
  });

  it('repeats a refusal by a rule, and rolls back what was done before it', async () => {
    const { id } = await written();
    const api = auditor();
    for (const version of [1, 2, 3]) await api.post(`/v1/sample/notes/${id}/add`, { line: 'x' }, { ifMatch: version });
    const key = `full-${randomUUID()}`;
    const first = await api.post(`/v1/sample/notes/${id}/add`, { line: 'x' }, { ifMatch: 4, key });
    const again = await api.post(`/v1/sample/notes/${id}/add`, { line: 'x' }, { ifMatch: 4, key });
    expect([first.status, first.body.code, again.status, again.headers['idempotency-replayed']]).toEqual([409, 'note.full', 409, 'true']);
    expect(again.body).toEqual(first.body);
  });
});

describe('the audit trail', () => {
  it('names actor, action and change, and hides personal values', async () => {
    const { id } = await written('secret title');
    await auditor().post(`/v1/sample/notes/${id}/add`, { line: 'open' }, { ifMatch: 1 });
    const { body } = await auditor().get(`/v1/sample/audit-entries?aggregateId=${id}`);
    expect(body.items.map((entry: { aggregateVersion: number }) => entry.aggregateVersion)).toEqual([2, 1]);
    expect(body.items[0]).toMatchObject({
      actorKind: 'user',
      organisationId,
      action: 'audit:read',
      changes: { lines: { before: [], after: ['open'] } },
    });
    expect(JSON.stringify(body)).not.toContain('secret title');
  });

  it('accepts new entries from the application role and no changes', async () => {
    const database = service.find((await import('@ciep/platform')).Database);
    await expect(database.query(`UPDATE audit_entries SET action = 'x'`)).rejects.toThrow(/permission denied/);
    await expect(database.query('CREATE TABLE evil (id int)')).rejects.toThrow(/permission denied/);
  });
});
