import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { addressSetting, thingOwners, things, type ThingKind } from '@ciep/contracts';
import type { Language } from '@ciep/kernel';
import { afterAll } from '@jest/globals';

interface Verification {
  readonly mail: string;
  readonly language: Language;
  readonly link: string;
  readonly purpose: 'registration' | 'already_registered' | 'password_recovery' | 'invitation';
  readonly expiresAt: string;
}

interface Contact {
  readonly mail: string;
  readonly language: Language;
  readonly name: string;
}

/** The labels of things, unless a test says otherwise. */
const labels: Readonly<Record<ThingKind, object>> = {
  organisation: { name: { zh: '某机构', en: 'Some Organisation' } },
  application: { number: '21-000123', boardCode: '1.2.1', boardName: { zh: '东北展区', en: 'North-East' } },
  invoice: { number: 'INV-2026-000042', reference: 'RF7226000042' },
};

/** Settings of a service whose questions all go to this address. */
export const urls = (url: string): Record<string, string> => Object.fromEntries(thingOwners.map(owner => [addressSetting(owner), url]));

const servers: Server[] = [];
afterAll(() => servers.forEach(server => server.close()));

export const clientSecret = randomBytes(24).toString('base64url');

/** A real HTTP server with the internal routes that notification calls. */
export class ServicesStandIn {
  readonly verifications = new Map<string, Verification>();
  /** By id of the organisation or person, or by region code. */
  readonly contacts = new Map<string, Contact[]>();
  /** The labels of things by their ids; null for one that nobody knows. */
  readonly things = new Map<string, object | null>();
  /** The status for `applications`, `invoices` …, instead of 200. */
  readonly failing = new Map<string, number>();
  /** The status of the next answers; 200 if empty. */
  readonly nextStatus: number[] = [];
  readonly asked: string[] = [];
  tokensGiven = 0;
  private readonly tokens = new Set<string>();

  private constructor(readonly url: string) {}

  static async start(): Promise<ServicesStandIn> {
    const holder: { services?: ServicesStandIn } = {};
    const server = createServer((request, response) => void holder.services?.answer(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    servers.push(server);
    return (holder.services = new ServicesStandIn(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  }

  /** Adds a recipient; returns the organisation's id. */
  knows(contact: Partial<Contact> & { mail: string; language: Language }, key: string = randomUUID()): string {
    this.contacts.set(key, [...(this.contacts.get(key) ?? []), { name: 'Contact', ...contact }]);
    return key;
  }

  /** Invalidates every token so far. */
  forgetTokens(): void {
    this.tokens.clear();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', this.url);
    const status = this.nextStatus.shift() ?? 200;
    const body = await text(request);
    if (url.pathname !== '/oidc/token') this.asked.push(`${url.pathname}${url.search}`);
    const [code, answer] = status === 200 ? this.find(url, request, body) : [status, {}];
    response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }

  private find(url: URL, request: IncomingMessage, body: string): [number, object] {
    const authorization = request.headers.authorization ?? '';
    if (url.pathname === '/oidc/token') return this.token(authorization, body);
    if (!this.tokens.has(authorization)) return [401, {}];
    const [, kind = '', id = ''] = /^\/internal\/([a-z]+)(?:\/([^/]+))?$/.exec(url.pathname) ?? [];
    const failing = this.failing.get(kind);
    if (failing !== undefined) return [failing, {}];
    if (kind === 'verifications') return [this.verifications.has(id) ? 200 : 404, this.verifications.get(id) ?? {}];
    if (kind === 'contacts') return [200, { items: this.contacts.get([...url.searchParams.values()][0] ?? '') ?? [] }];
    const [name] = Object.entries(things).find(([, { path }]) => path === kind) ?? [];
    const answer = this.things.get(id) ?? (this.things.has(id) || name === undefined ? undefined : labels[name as ThingKind]);
    return answer ? [200, answer] : [404, {}];
  }

  private token(authorization: string, body: string): [number, object] {
    const right = authorization === `Basic ${Buffer.from(`notification:${clientSecret}`).toString('base64')}`;
    if (!right || body !== 'grant_type=client_credentials&resource=urn%3Aciep%3Aapi&scope=internal%3Aread')
      return [400, { error: 'invalid_client' }];
    const token = randomUUID();
    this.tokens.add(`Bearer ${token}`);
    this.tokensGiven += 1;
    return [200, { access_token: token, token_type: 'Bearer', expires_in: 600 }];
  }
}
