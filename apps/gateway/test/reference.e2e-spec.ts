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
    expect(document.paths['/v1/things/echo']?.get).toMatchObject({ operationId: 'echothings', tags: ['things: echoes'] });
    expect(Object.keys(document.components.schemas)).toEqual(['Problem', 'StuffEchoDto', 'ThingsEchoDto']);

    const again = await fetch(`${gateway.url}/openapi.json`, { headers: { 'if-none-match': answer.headers.get('etag') ?? '' } });
    expect(again.status).toBe(304);
  });

  it('says in the AsyncAPI document what each service reacts to', async () => {
    const answer = await fetch(`${gateway.url}/asyncapi.json`);
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, '*']);
    expect(await answer.json()).toMatchObject({
      asyncapi: '3.0.0',
      operations: Object.fromEntries(
        ['things', 'stuff'].map(name => [
          `${name}_receives_billing_invoice`,
          {
            action: 'receive',
            channel: { $ref: '#/channels/billing.invoice' },
            messages: [{ $ref: '#/channels/billing.invoice/messages/billing.invoice.paid.v1' }],
          },
        ]),
      ),
    });
    const again = await fetch(`${gateway.url}/asyncapi.json`, { headers: { 'if-none-match': answer.headers.get('etag') ?? '' } });
    expect(again.status).toBe(304);
  });

  it('is ready', async () => {
    expect((await fetch(`${gateway.url}/health/ready`)).status).toBe(200);
  });
});

describe('the merged document', () => {
  it('is merged once, however many callers ask', async () => {
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

  it('loads everything from its own origin, and nothing inline; what is loaded may be kept for a year', async () => {
    const page = await fetch(`${gateway.url}/docs`);
    const html = await page.text();
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self';");
    expect(page.headers.get('cache-control')).toBe('no-cache');
    expect(html).not.toMatch(/<script>|<style|https?:|\/\/cdn/);
    const addresses = [...html.matchAll(/(?:src|href)="(\/docs\/[^"]+)"/g)].map(([, address]) => address);
    expect(addresses.map(address => address?.replace(/-[\w-]{22}[.]/, '.'))).toEqual([
      '/docs/style.css',
      '/docs/scalar.js',
      '/docs/start.js',
    ]);
    for (const address of addresses) {
      const asset = await fetch(`${gateway.url}${address}`);
      expect([address, asset.status]).toEqual([address, 200]);
      expect((await asset.arrayBuffer()).byteLength).toBeGreaterThan(100);
      expect(asset.headers.get('x-content-type-options')).toBe('nosniff');
      expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(asset.headers.get('content-encoding')).toBe(address?.includes('scalar') ? 'gzip' : null);
      const known = await fetch(`${gateway.url}${address}`, { headers: { 'if-none-match': asset.headers.get('etag') ?? '' } });
      expect(known.status).toBe(304);
    }
  });

  it('is in the asked language, or the one that the browser prefers', async () => {
    const languageOf = async (path: string, header: string) => {
      const answer = await fetch(`${gateway.url}${path}`, { headers: { 'accept-language': header } });
      return [/<html lang="([^"]+)"/.exec(await answer.text())?.[1], answer.headers.get('vary')];
    };
    expect(await languageOf('/docs', 'zh-CN')).toEqual(['zh-CN', 'Accept-Language']);
    expect(await languageOf('/docs', 'fr')).toEqual(['en', 'Accept-Language']);
    expect(await languageOf('/docs?lang=en', 'zh-CN')).toEqual(['en', 'Accept-Language']);
    expect((await fetch(`${gateway.url}/docs?lang=fr`)).status).toBe(400);
    expect((await fetch(`${gateway.url}/openapi.json?lang=fr`)).status).toBe(400);
  });

  it('names the client for its sign-in, which production has to set', async () => {
    const clientOf = async ({ url }: RunningService) => /data-client="([^"]*)"/.exec(await (await fetch(`${url}/docs`)).text())?.[1];
    expect(await clientOf(gateway)).toBe('reference');
    const inProduction = {
      CIEP_PROFILE: 'production',
      CIEP_ISSUER: 'https://ciep.example/oidc',
      GATEWAY_UPSTREAMS: 'gone=http://127.0.0.1:9',
    };
    for (const [settings, client] of [
      [{}, ''],
      [{ GATEWAY_REFERENCE_CLIENT: 'our-docs' }, 'our-docs'],
    ] as const) {
      const production = await startGateway({ ...inProduction, ...settings });
      expect(await clientOf(production)).toBe(client);
      await production.close();
    }
    await expect(startGateway({ GATEWAY_REFERENCE_CLIENT: '"><script>' })).rejects.toThrow(/GATEWAY_REFERENCE_CLIENT/);
  });

  it('says that a sign-in is over in the window where it was, without repeating what came with it', async () => {
    const page = await (await fetch(`${gateway.url}/docs?code=%3Cscript%3E&state=1&lang=en`)).text();
    expect(page).toContain('<h1>Sign-in is done</h1>');
    expect(page).not.toContain('<script');
  });

  it('serves no other file', async () => {
    for (const path of [
      '/docs/package.json',
      '/docs/../package.json',
      '/docs/%2e%2e/package.json',
      '/docs/index.html',
      '/docs/scalar.js',
    ]) {
      expect([path, (await fetch(`${gateway.url}${path}`)).status]).toEqual([path, 404]);
    }
  });

  it.each(['/openapi.json', '/asyncapi.json'])('names a service that does not provide its part of %s', async path => {
    const answer = await fetch(`${gateway.url}${path}`);
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('retry-after')]).toEqual([
      503,
      'application/problem+json; charset=utf-8',
      '2',
    ]);
    expect(await answer.json()).toMatchObject({ code: 'service.unavailable', service: 'gone' });
  });
});

describe('the schemas of events', () => {
  let gateway: RunningService;

  beforeAll(async () => {
    gateway = await startGateway({ GATEWAY_UPSTREAMS: 'gone=http://127.0.0.1:9', CIEP_ISSUER: 'https://api.ciep.example/oidc' });
  });
  afterAll(() => gateway.close());

  it.each(['events', 'webhooks'])('have an address each, whatever services are there: %s', async kind => {
    const path = `/schemas/${kind}/ciep.billing.invoice.paid.v1.json`;
    const answer = await fetch(`${gateway.url}${path}`);
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('access-control-allow-origin')]).toEqual([
      200,
      'application/schema+json; charset=utf-8',
      '*',
    ]);
    const schema = (await answer.json()) as { properties: object };
    expect(schema).toMatchObject({ $id: `https://api.ciep.example${path}`, type: 'object' });
    const ids = ['invoiceId', 'applicationId', 'editionId', 'organisationId'];
    expect(Object.keys(schema.properties)).toEqual(kind === 'events' ? [...ids, 'regionCode', 'paid', 'overpaid', 'currency'] : ids);
  });

  it('are there for what portals may receive, and for nothing unknown', async () => {
    const statusOf = async (path: string) => (await fetch(`${gateway.url}/schemas/${path}.json`)).status;
    expect(await statusOf('webhooks/ciep.notification.webhook.pinged.v1')).toBe(200);
    expect(await statusOf('webhooks/ciep.identity.token.revoked.v1')).toBe(404);
    expect(await statusOf('events/ciep.billing.invoice.paid.v9')).toBe(404);
    expect((await fetch(`${gateway.url}/schemas/events/ciep.billing.invoice.paid.v1.json`, { method: 'DELETE' })).status).toBe(405);
  });
});
