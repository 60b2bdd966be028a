import { randomUUID } from 'node:crypto';
import { roles } from '@ciep/contracts';
import { apiAudience } from '@ciep/platform';
import { Judge } from '@ciep/testing/judge';
import type { OpenAPIObject } from '@nestjs/swagger';
import { decodeJwt, importJWK, SignJWT, type CryptoKey, type JWK, type JWTPayload } from 'jose';
import { demoPassword } from '@ciep/identity';
import { logIn, type Tokens } from '../../../tools/tour/log-in.js';
import { providerNamed } from './find-provider.js';
import type { ApiDocument, Operation } from './operations.js';
import { addressOf, operationsOf } from './operations.js';
import type { InOneProcess } from './start-in-one-process.js';

/** One request, as raw as it goes out. */
export interface Knock {
  readonly operation: Operation;
  readonly what: string;
  /** JSON pointer to what is wrong in the body. */
  readonly pointer?: string;
  readonly token?: string | undefined;
  /** Where the request goes; to the gateway unless given. */
  readonly base?: string;
  readonly path?: string;
  readonly body?: string | undefined;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

/** The problem that came back, as far as the tests look at it. */
export interface Problem {
  readonly code?: string;
  readonly errors?: readonly { readonly pointer: string; readonly code: string }[];
}

/** The keeper of the signing keys: what is signed with them here the platform itself would never sign. */
interface Keys {
  load(): Promise<{ currentKid: string; keys: JWK[] }>;
}

/** What is wrong with an answer, if anything is. */
export type Fault = (status: number, problem: Problem, knock: Knock) => string | undefined;

/** Knocks at every operation of a running platform, and has each answer judged by the API document. */
export class Knocker {
  readonly operations: readonly Operation[];
  private readonly judge: Judge;
  /** What was wrong with answers, one line each. */
  readonly complaints: string[] = [];
  /** Number of requests per operation. */
  readonly knocked = new Map<string, number>();

  private constructor(
    private readonly url: string,
    readonly document: ApiDocument,
    private readonly keys: { kid: string; privateKey: CryptoKey; publicJwk: JWK },
    private readonly claims: JWTPayload,
    /** As the platform gave them to the demo exhibitor. */
    readonly given: Tokens,
  ) {
    this.operations = operationsOf(document);
    this.judge = new Judge(document as unknown as OpenAPIObject);
  }

  static async at({ url, platform }: InOneProcess): Promise<Knocker> {
    const document = (await (await fetch(`${url}/openapi.json`)).json()) as ApiDocument;
    const given = await logIn(url, 'exhibitor@demo.ciep.example', demoPassword);
    const { currentKid, keys } = await providerNamed<Keys>(platform, 'identity', 'SigningKeys').load();
    const jwk = keys.find(({ kid }) => kid === currentKid) ?? {};
    const { d: _secret, ...publicJwk } = jwk;
    const privateKey = (await importJWK(jwk, 'ES256')) as CryptoKey;
    return new Knocker(url, document, { kid: currentKid, privateKey, publicJwk }, decodeJwt(given.access_token), given);
  }

  /** The public half of the key that tokens are signed with. */
  get publicJwk(): JWK {
    return this.keys.publicJwk;
  }

  get kid(): string {
    return this.keys.kid;
  }

  get issuer(): string {
    return this.claims.iss ?? '';
  }

  /** A token signed with the platform's own key, like the demo exhibitor's but for these claims. */
  sign(
    claims: JWTPayload,
    header: { typ?: string; kid?: string } = {},
    key: CryptoKey | Uint8Array = this.keys.privateKey,
    alg = 'ES256',
  ): Promise<string> {
    const now = Math.floor(Date.now() / 1_000);
    // Without the marks of a grant: this one was never given.
    const { gid: _gid, jti: _jti, sid: _sid, ...own } = this.claims;
    return new SignJWT({ ...own, iat: now, exp: now + 600, aud: apiAudience, ...claims })
      .setProtectedHeader({ alg, typ: 'at+jwt', kid: this.keys.kid, ...header })
      .sign(key);
  }

  /** A token of somebody who holds these roles, and no others; all of them unless given. */
  withRoles(held: readonly string[] = roles): Promise<string> {
    return this.sign({ roles: held, region: '210000' });
  }

  /** Sends many requests, a few at a time; `fault` says what is wrong with an answer, if anything is. */
  async send(knocks: readonly Knock[], fault: Fault): Promise<number> {
    const left = knocks.values();
    const work = async (): Promise<void> => {
      for (const knock of left) {
        const complaint = await this.knock(knock, fault).catch((error: unknown) => String(error));
        if (complaint !== undefined) this.complaints.push(`${knock.operation.name}, ${knock.what}: ${complaint}`);
      }
    };
    await Promise.all(Array.from({ length: 6 }, work));
    return knocks.length;
  }

  /** What is there to complain about since the last look. */
  takeComplaints(): string[] {
    return this.complaints.splice(0);
  }

  private async knock(knock: Knock, fault: Fault): Promise<string | undefined> {
    const { operation, token, base = this.url, path = addressOf(operation), body, contentType = 'application/json', headers = {} } = knock;
    this.knocked.set(operation.name, (this.knocked.get(operation.name) ?? 0) + 1);
    const all = {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': contentType }),
      ...(operation.takesKey && { 'idempotency-key': randomUUID() }),
      ...(operation.takesVersion && { 'if-match': '"1"' }),
      ...headers,
    };
    const response = await fetch(base + path, {
      method: operation.method,
      headers: Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined)),
      ...(body !== undefined && { body }),
    });
    const text = await response.text();
    const type = response.headers.get('content-type')?.split(';')[0];
    const parsed = type?.endsWith('json') ? (JSON.parse(text) as Problem) : {};
    this.judge.judge({ method: operation.method, path, status: response.status, contentType: type, body: parsed });
    if (response.status >= 400 && (type !== 'application/problem+json' || !/^[a-z_]+(\.[a-z_]+)+$/.test(parsed.code ?? '')))
      return `${response.status} is no problem with a code: ${type} ${text.slice(0, 200)}`;
    const found = fault(response.status, parsed, knock);
    return found === undefined ? undefined : `${found}; it answered ${response.status} ${text.slice(0, 300)}`;
  }
}
