import { setTimeout as sleep } from 'node:timers/promises';
import { roles } from '@ciep/contracts';
import { ResponseValidator } from '@ciep/testing/response-validator';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { ApiProber } from '../../../apps/all-in-one/test/api-prober.js';
import type { ApiDocument, Operation } from '../../../apps/all-in-one/test/operations.js';
import type { Fuzzed } from './fuzz.js';
import type { KnownThings } from './known-things.js';
import type { Probe } from './requests.js';

/** Shorter than the life of a token, in milliseconds, because requests can take longer on a slow machine. */
const renewAfter = 300_000;
const sideBySide = 6;
const mostTries = 3;

/** What an answer must never contain: source paths, SQL, internal names. */
const leaks =
  /\bat \S+ \(|node_modules|\.(ts|js):\d+|\b(SELECT|INSERT INTO|UPDATE|DELETE FROM) |\bpg_|constraint|ECONN|127\.0\.0\.1|localhost|postgres|kafka/i;

/** Allowed for any operation, whatever its document says, because the edge refuses before it looks at the route. */
const ofTheEdge = new Set([404, 405, 414, 429, 431]);

interface Problem {
  readonly status?: number;
  readonly code?: string;
  readonly type?: string;
  readonly instance?: string;
  readonly currentETag?: string;
}

/** One valid token, and some invalid ones. */
interface Tokens {
  readonly good: string;
  readonly bad: readonly string[];
}

async function signTokens(prober: ApiProber): Promise<Tokens> {
  const good = await prober.withRoles();
  const [head, payload] = good.split('.');
  const past = Math.floor(Date.now() / 1_000) - 60;
  const bad = [
    `${head}.${payload}.${'A'.repeat(86)}`,
    await prober.sign({ roles: [...roles], aud: 'urn:other:api' }),
    await prober.sign({ roles: [...roles], iss: 'https://foreign.example/oidc' }),
    await prober.sign({ roles: [...roles], iat: past - 600, exp: past }),
  ];
  return { good, bad };
}

/** Sends requests and reports every answer that the API document, or common sense, does not allow. */
export class ApiFuzzer {
  private readonly validator: ResponseValidator;
  private readonly complaints: string[] = [];
  private readonly answers = new Map<string, number>();
  private readonly done = new Set<string>();
  private tokens: { readonly since: number; readonly all: Promise<Tokens> } | undefined;
  private requests = 0;
  private busy = 0;

  /** `document` is the API document that answers are validated against. */
  constructor(
    private readonly url: string,
    private readonly document: ApiDocument,
    private readonly known: KnownThings,
    private readonly prober: ApiProber,
  ) {
    this.validator = new ResponseValidator(document as unknown as OpenAPIObject);
  }

  /** Several operations in parallel; the requests of one operation are sequential, so that it learns ids. */
  async examine(operations: readonly Operation[], draw: (operation: Operation) => readonly Probe[]): Promise<void> {
    const left = operations.values();
    const work = async (): Promise<void> => {
      for (const operation of left) for (const probe of draw(operation)) await this.send(operation, probe);
    };
    await Promise.all(Array.from({ length: sideBySide }, work));
  }

  report(operations: readonly Operation[]): Fuzzed {
    return {
      operations: operations.length,
      requests: this.requests,
      busy: this.busy,
      answers: Object.fromEntries([...this.answers].sort()),
      neverDone: operations.map(({ name }) => name).filter(name => !this.done.has(name)),
      complaints: this.complaints,
    };
  }

  private async send(operation: Operation, probe: Probe): Promise<void> {
    this.requests += 1;
    try {
      const response = await this.answerTo(probe);
      const text = await response.text();
      const wrong = this.wrongs(operation, probe, response, text);
      if (wrong !== undefined) this.complain(operation, probe, `${wrong}: ${response.status} ${text.slice(0, 400)}`);
    } catch (error) {
      this.complain(operation, probe, String(error));
    }
  }

  private freshTokens(): Promise<Tokens> {
    if (this.tokens === undefined || Date.now() - this.tokens.since > renewAfter) {
      this.tokens = { since: Date.now(), all: signTokens(this.prober) };
    }
    return this.tokens.all;
  }

  /** Retries a busy service when it asks for that; a service may not ask often. */
  private async answerTo({ token, pick = 0, method, path, headers, body }: Probe): Promise<Response> {
    const { good, bad } = await this.freshTokens();
    const shown = token === 'good' ? good : bad[pick % bad.length];
    const authorization = token === 'none' ? {} : { authorization: `Bearer ${shown}` };
    for (let tries = 1; ; tries += 1) {
      const response = await fetch(this.url + path, {
        method,
        redirect: 'manual',
        headers: { ...authorization, ...headers },
        ...(body !== undefined && { body: typeof body === 'string' ? body : new Uint8Array(body) }),
      });
      const wait = response.headers.get('retry-after');
      if (response.status !== 503 || wait === null || tries === mostTries) return response;
      this.busy += 1;
      await response.arrayBuffer();
      await sleep(Number(wait) * 1_000);
    }
  }

  private complain(operation: Operation, { what, method, path, body }: Probe, wrong: string): void {
    const sent = typeof body === 'string' ? body.slice(0, 300) : body ? 'bytes' : '';
    this.complaints.push(`${operation.name} (${what}): ${wrong}\n    ${method} ${path.slice(0, 300)} ${sent}`);
  }

  private wrongs(operation: Operation, probe: Probe, response: Response, text: string): string | undefined {
    const { status, headers } = response;
    const type = headers.get('content-type')?.split(';')[0];
    const isJson = type?.endsWith('json') ?? false;
    const parsed: unknown = isJson && text !== '' ? JSON.parse(text) : undefined;
    if (probe.what === 'valid') this.answers.set(String(status), (this.answers.get(String(status)) ?? 0) + 1);
    if (status >= 500) return 'a failure';
    if (probe.token !== 'good' && status !== 401) return 'no 401 without a good token';
    if (probe.token === 'good' && status === 401) return '401 with a good token';
    if (probe.mustFail && status < 400) return 'accepted';
    if (status >= 400) {
      const shape = this.problem(response, type, parsed as Problem);
      if (shape !== undefined) return shape;
    }
    if (probe.method !== operation.method) return undefined;
    if (status < 300) {
      this.done.add(operation.name);
      this.known.learn(operation, parsed);
    }
    if (!ofTheEdge.has(status) && !this.isDocumented(operation, status)) return 'the status is not in the document';
    this.validator.validate({ method: probe.method, path: probe.path, status, contentType: type, body: parsed });
    return undefined;
  }

  private problem({ status, headers }: Response, type: string | undefined, problem: Problem | undefined): string | undefined {
    if (type !== 'application/problem+json' || !problem) return 'no problem';
    if (problem.status !== status) return 'another status in the problem';
    if (!/^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$/.test(problem.code ?? '') || problem.type !== `urn:ciep:problem:${problem.code}`)
      return 'no code';
    if (leaks.test(JSON.stringify({ ...problem, instance: '' }))) return 'it reveals internals';
    if ((status === 429 || status === 503) && headers.get('retry-after') === null) return 'no Retry-After';
    if (status === 412 && problem.code === 'resource.changed' && problem.currentETag === undefined) return 'no present ETag';
    return undefined;
  }

  private isDocumented({ template, method }: Operation, status: number): boolean {
    const operation = this.document.paths[template]?.[method.toLowerCase()] as { responses?: Record<string, unknown> } | undefined;
    return operation?.responses?.[status] !== undefined;
  }
}
