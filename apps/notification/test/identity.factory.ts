import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Language, LocalizedText } from '@ciep/kernel';
import { afterAll } from '@jest/globals';

interface Verification {
  readonly mail: string;
  readonly language: Language;
  readonly link: string;
  readonly purpose: 'registration' | 'already_registered';
  readonly expiresAt: string;
}

interface Contact {
  readonly mail: string;
  readonly language: Language;
  readonly name: string;
  readonly organisationId: string;
  readonly organisationName: LocalizedText;
}

const servers: Server[] = [];
afterAll(() => servers.forEach(server => server.close()));

export const clientSecret = randomBytes(24).toString('base64url');

/** A real HTTP server with the three routes of identity that notification calls. */
export class IdentityStandIn {
  readonly verifications = new Map<string, Verification>();
  /** By organisation id or region code. */
  readonly contacts = new Map<string, Contact[]>();
  /** The status of the next answers; 200 when empty. */
  readonly nextStatus: number[] = [];
  readonly asked: string[] = [];
  tokensGiven = 0;
  private readonly tokens = new Set<string>();

  private constructor(readonly url: string) {}

  static async start(): Promise<IdentityStandIn> {
    const holder: { identity?: IdentityStandIn } = {};
    const server = createServer((request, response) => void holder.identity?.answer(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    servers.push(server);
    return (holder.identity = new IdentityStandIn(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  }

  /** Somebody to write to; answers the organisation's id. */
  knows(contact: Partial<Contact> & { mail: string; language: Language }, key: string = randomUUID()): string {
    const fresh = { name: 'Contact', organisationId: key, organisationName: { zh: '某机构', en: 'Some Organisation' } };
    this.contacts.set(key, [...(this.contacts.get(key) ?? []), { ...fresh, ...contact }]);
    return key;
  }

  /** From now on no token that was given is accepted. */
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
    const [, kind, id] = /^\/internal\/(verifications|contacts)(?:\/([^/]+))?$/.exec(url.pathname) ?? [];
    if (kind === 'verifications') return [this.verifications.has(id ?? '') ? 200 : 404, this.verifications.get(id ?? '') ?? {}];
    return [200, { items: this.contacts.get(url.searchParams.get('organisationId') ?? url.searchParams.get('regionCode') ?? '') ?? [] }];
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
