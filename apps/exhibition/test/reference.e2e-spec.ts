import { startService, type TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { exhibition } from '../src/exhibition.module.js';

let service: TestService;

beforeAll(async () => {
  service = await startService(exhibition);
});

interface Choices {
  readonly items: readonly { readonly code: string; readonly name: { readonly zh: string; readonly en: string } }[];
}

describe.each([
  ['area-types', 'enterprise'],
  ['booth-types', 'raw_space'],
  ['exhibit-types', 'achievement'],
  ['exhibitor-kinds', 'team'],
  ['node-kinds', 'board'],
  ['responsibility-roles', 'co_host'],
  ['application-statuses', 'returned'],
  ['application-events', 'seal_verified'],
])('the list of %s', (list, known) => {
  const path = `/v1/exhibition/${list}`;

  it('is public, in Chinese and English, and cacheable', async () => {
    const { status, body, headers } = await service.anonymous.get(path);
    const { items } = body as Choices;
    expect([status, headers['cache-control']]).toEqual([200, 'public, max-age=3600']);
    expect(items.map(({ code }) => code)).toContain(known);
    for (const { name } of items) {
      expect(name).toEqual({ zh: expect.stringMatching(/\p{Script=Han}/u), en: expect.stringMatching(/^[A-Z]/) });
    }
    const again = await service.anonymous.get(path, { headers: { 'if-none-match': String(headers['etag']) } });
    expect(again.status).toBe(304);
  });

  it('has one language on request', async () => {
    const { items } = (await service.anonymous.get(path)).body as Choices;
    const { body } = await service.anonymous.get(path, { query: { lang: 'zh' } });
    expect(body).toEqual({ items: items.map(({ code, name }) => ({ code, name: name.zh })) });
  });
});
