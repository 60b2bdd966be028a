import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningService } from '@ciep/platform';
import { startGateway, startTestService, type TestService } from './gateway.factory.js';

interface Document {
  openapi: string;
  paths: Record<string, { get: { operationId: string; tags: string[] } }>;
  components: { schemas: Record<string, unknown> };
}

describe.each(['router', 'url', 'settings'] as const)('the API as one document, of services known by %s', way => {
  let services: TestService[];
  let gateway: RunningService;

  beforeAll(async () => {
    services = [await startTestService('things'), await startTestService('stuff')];
    gateway =
      way === 'settings'
        ? await startGateway({ GATEWAY_UPSTREAMS: services.map(({ name, url }) => `${name}=${url}`).join(',') })
        : await startGateway(
            {},
            services.map(service => service.upstream(way)),
          );
  });
  afterAll(async () => {
    await gateway.close();
    await Promise.all(services.map(({ app }) => app.close()));
  });

  it('merges the documents of the services', async () => {
    const answer = await fetch(`${gateway.url}/openapi.json`);
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, '*']);
    const document = (await answer.json()) as Document;
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toEqual(['/v1/stuff/echo', '/v1/things/echo']);
    expect(document.paths['/v1/things/echo']?.get).toMatchObject({ operationId: 'things_echo', tags: ['things: echoes'] });
    expect(Object.keys(document.components.schemas)).toEqual(['Problem', 'StuffEchoDto', 'ThingsEchoDto']);

    const again = await fetch(`${gateway.url}/openapi.json`, { headers: { 'if-none-match': answer.headers.get('etag') ?? '' } });
    expect(again.status).toBe(304);
  });

  it('is ready', async () => {
    expect((await fetch(`${gateway.url}/health/ready`)).status).toBe(200);
  });
});

describe('the merged document', () => {
  it('is merged once, however many ask', async () => {
    let merges = 0;
    const things = await startTestService('things');
    const upstream = things.upstream('router');
    const counting = {
      ...upstream,
      document() {
        merges += 1;
        return upstream.document();
      },
    };
    const gateway = await startGateway({}, [counting]);
    const answers = await Promise.all(Array.from({ length: 50 }, () => fetch(`${gateway.url}/openapi.json`).then(answer => answer.text())));
    expect([new Set(answers).size, merges]).toEqual([1, 1]);
    await gateway.close();
    await things.app.close();
  });
});

describe('the reference page', () => {
  let gateway: RunningService;

  beforeAll(async () => {
    gateway = await startGateway({ GATEWAY_UPSTREAMS: 'gone=http://127.0.0.1:9' });
  });
  afterAll(() => gateway.close());

  it('loads everything from here, and nothing inline', async () => {
    const page = await fetch(`${gateway.url}/docs`);
    const html = await page.text();
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self';");
    expect(html).not.toMatch(/<script>|<style|https?:|\/\/cdn/);
    const addresses = [...html.matchAll(/(?:src|href)="(\/docs\/[^"]+)"/g)].map(([, address]) => address);
    expect(addresses.length).toBeGreaterThanOrEqual(4);
    for (const address of addresses) {
      const asset = await fetch(`${gateway.url}${address}`);
      expect([address, asset.status]).toEqual([address, 200]);
      expect((await asset.arrayBuffer()).byteLength).toBeGreaterThan(100);
      expect(asset.headers.get('x-content-type-options')).toBe('nosniff');
      const known = await fetch(`${gateway.url}${address}`, { headers: { 'if-none-match': asset.headers.get('etag') ?? '' } });
      expect(known.status).toBe(304);
    }
  });

  it('serves no other file', async () => {
    for (const path of ['/docs/package.json', '/docs/../package.json', '/docs/%2e%2e/package.json', '/docs/index.html']) {
      expect((await fetch(`${gateway.url}${path}`)).status).toBe(404);
    }
  });

  it('says which service cannot be asked for its part of the document', async () => {
    const answer = await fetch(`${gateway.url}/openapi.json`);
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('retry-after')]).toEqual([
      503,
      'application/problem+json; charset=utf-8',
      '2',
    ]);
    expect(await answer.json()).toMatchObject({ code: 'service.unavailable', service: 'gone' });
  });
});
