import { randomUUID } from 'node:crypto';
import { roles } from '@ciep/contracts';
import { apiAudience, canonicalToken } from '@ciep/platform';
import { ResponseValidator } from '@ciep/testing/response-validator';
import type { OpenAPIObject } from '@nestjs/swagger';
import { decodeJwt, importJWK, SignJWT, type CryptoKey, type JWK, type JWTPayload } from 'jose';
import { demoPassword } from '@ciep/identity';
import { logIn, type Tokens } from '../../../tools/tour/log-in.js';
import { providerNamed } from './find-provider.js';
import type { ApiDocument, Operation } from './operations.js';
import { addressOf, operationsOf } from './operations.js';
import type { InOneProcess } from './start-in-one-process.js';

/** One raw request. */
export interface ProbeRequest {
  readonly operation: Operation;
  readonly what: string;
  /** JSON pointer to the error in the body. */
  readonly pointer?: string;
  readonly token?: string | undefined;
  /** Base address; the gateway by default. */
  readonly base?: string;
  readonly path?: string;
  readonly body?: string | undefined;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

/** The parts of a problem response that the tests check. */
export interface Problem {
  readonly code?: string;
  readonly errors?: readonly { readonly pointer: string; readonly code: string }[];
}

/** Holds the signing keys, so that tests can sign tokens that the platform would never sign. */
interface Keys {
  load(): Promise<{ currentKid: string; keys: JWK[] }>;
}

/** Returns the fault of an answer, if it has one. */
export type Fault = (status: number, problem: Problem, probe: ProbeRequest) => string | undefined;

/** Probes every operation of a running platform and validates each answer against the API document. */
export class ApiProber {
  readonly operations: readonly Operation[];
  private readonly validator: ResponseValidator;
  /** The faults found in answers, one line each. */
  readonly complaints: string[] = [];
  /** Number of requests per operation. */
  readonly probed = new Map<string, number>();

  private constructor(
    private readonly url: string,
    readonly document: ApiDocument,
    private readonly keys: { kid: string; privateKey: CryptoKey; publicJwk: JWK },
    private readonly claims: JWTPayload,
    /** The claims of the demo exhibitor's token. */
    readonly given: Tokens,
  ) {
    this.operations = operationsOf(document);
    this.validator = new ResponseValidator(document as unknown as OpenAPIObject);
  }

  static async at({ url, platform }: InOneProcess): Promise<ApiProber> {
    const document = (await (await fetch(`${url}/openapi.json`)).json()) as ApiDocument;
    const given = await logIn(url, 'exhibitor@demo.ciep.example', demoPassword);
    const { currentKid, keys } = await providerNamed<Keys>(platform, 'identity', 'SigningKeys').load();
    const jwk = keys.find(({ kid }) => kid === currentKid) ?? {};
    const { d: _secret, ...publicJwk } = jwk;
    const privateKey = (await importJWK(jwk, 'ES256')) as CryptoKey;
    return new ApiProber(url, document, { kid: currentKid, privateKey, publicJwk }, decodeJwt(given.access_token), given);
  }

  /** The public half of the signing key. */
  get publicJwk(): JWK {
    return this.keys.publicJwk;
  }

  get kid(): string {
    return this.keys.kid;
  }

  get issuer(): string {
    return this.claims.iss ?? '';
  }

  /** A token signed with the platform's own key, with the demo exhibitor's claims except for these. */
  async sign(
    claims: JWTPayload,
    header: { typ?: string; kid?: string } = {},
    key: CryptoKey | Uint8Array = this.keys.privateKey,
    alg = 'ES256',
  ): Promise<string> {
    const now = Math.floor(Date.now() / 1_000);
    // Without the ids of a grant, because no grant exists.
    const { gid: _gid, jti: _jti, sid: _sid, ...own } = this.claims;
    const token = await new SignJWT({ ...own, iat: now, exp: now + 600, aud: apiAudience, ...claims })
      .setProtectedHeader({ alg, typ: 'at+jwt', kid: this.keys.kid, ...header })
      .sign(key);
    return canonicalToken(token);
  }

  /** A token with exactly these roles; with all roles by default. */
  withRoles(held: readonly string[] = roles): Promise<string> {
    return this.sign({ roles: held, region: '210000' });
  }

  /** Sends many requests, a few at a time; `fault` returns what is wrong with an answer. */
  async send(probes: readonly ProbeRequest[], fault: Fault): Promise<number> {
    const left = probes.values();
    const work = async (): Promise<void> => {
      for (const probe of left) {
        const complaint = await this.probe(probe, fault).catch((error: unknown) => String(error));
        if (complaint !== undefined) this.complaints.push(`${probe.operation.name}, ${probe.what}: ${complaint}`);
      }
    };
    await Promise.all(Array.from({ length: 6 }, work));
    return probes.length;
  }

  /** The faults found since the last call. */
  takeComplaints(): string[] {
    return this.complaints.splice(0);
  }

  private async probe(probe: ProbeRequest, fault: Fault): Promise<string | undefined> {
    const { operation, token, base = this.url, path = addressOf(operation), body, contentType = 'application/json', headers = {} } = probe;
    this.probed.set(operation.name, (this.probed.get(operation.name) ?? 0) + 1);
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
    this.validator.validate({ method: operation.method, path, status: response.status, contentType: type, body: parsed });
    if (response.status >= 400 && (type !== 'application/problem+json' || !/^[a-z_]+(\.[a-z_]+)+$/.test(parsed.code ?? '')))
      return `${response.status} is no problem with a code: ${type} ${text.slice(0, 200)}`;
    const found = fault(response.status, parsed, probe);
    return found === undefined ? undefined : `${found}; it answered ${response.status} ${text.slice(0, 300)}`;
  }
}
