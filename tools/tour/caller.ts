import { randomUUID } from 'node:crypto';

/** One call with its answer, as the tour prints it. */
export interface Exchange {
  readonly who: string;
  readonly method: string;
  readonly path: string;
  readonly sent: unknown;
  readonly status: number;
  readonly received: unknown;
}

/** An answer: its body parsed as JSON if it is JSON, otherwise as bytes. */
export interface Answer<Body = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

export interface CallOptions {
  /** The version that was read, for `If-Match`. */
  readonly ifMatch?: number;
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Expected statuses; any 2xx by default. */
  readonly expect?: readonly number[];
}

/** The API gave another answer than the story expects. */
export class Surprise extends Error {
  constructor(exchange: Exchange) {
    super(
      `${exchange.who}: ${exchange.method} ${exchange.path} answered ${exchange.status}: ${JSON.stringify(exchange.received).slice(0, 2_000)}`,
    );
    this.name = 'Surprise';
  }
}

/** A caller of the public API, with or without a token. */
export class Caller {
  constructor(
    private readonly url: string,
    readonly who: string,
    private readonly observe: (exchange: Exchange) => void,
    private readonly token?: () => Promise<string>,
  ) {}

  get<Body = Record<string, unknown>>(path: string, options: CallOptions = {}): Promise<Answer<Body>> {
    return this.send('GET', path, undefined, options);
  }

  post<Body = Record<string, unknown>>(path: string, body: object = {}, options: CallOptions = {}): Promise<Answer<Body>> {
    return this.send('POST', path, body, { key: randomUUID(), ...options });
  }

  patch<Body = Record<string, unknown>>(path: string, body: object, options: CallOptions): Promise<Answer<Body>> {
    return this.send('PATCH', path, body, options);
  }

  put<Body = Record<string, unknown>>(path: string, body: object, options: CallOptions): Promise<Answer<Body>> {
    return this.send('PUT', path, body, options);
  }

  delete(path: string, options: CallOptions): Promise<Answer> {
    return this.send('DELETE', path, undefined, options);
  }

  /** Sends a file as a stream of bytes. */
  upload<Body = Record<string, unknown>>(path: string, content: Buffer, mediaType: string): Promise<Answer<Body>> {
    return this.send('POST', path, content, { headers: { 'content-type': mediaType } });
  }

  /** The authorization header; empty for an anonymous caller. */
  async credentials(): Promise<Record<string, string>> {
    return this.token ? { authorization: `Bearer ${await this.token()}` } : {};
  }

  private async send<Body>(
    method: string,
    path: string,
    sent: unknown,
    { ifMatch, key, headers, expect }: CallOptions,
  ): Promise<Answer<Body>> {
    const isFile = Buffer.isBuffer(sent);
    const response = await fetch(this.url + path, {
      method,
      headers: {
        ...(await this.credentials()),
        // A read after a change needs the present state, not a cached one.
        'cache-control': 'no-cache',
        ...(sent !== undefined && { 'content-type': 'application/json' }),
        ...(ifMatch !== undefined && { 'if-match': `"${ifMatch}"` }),
        ...(key !== undefined && { 'idempotency-key': key }),
        ...headers,
      },
      ...(sent !== undefined && { body: isFile ? new Uint8Array(sent) : JSON.stringify(sent) }),
    });
    const body = await bodyOf(response);
    const exchange = {
      who: this.who,
      method,
      path,
      sent: isFile ? `${sent.length} bytes` : sent,
      status: response.status,
      received: Buffer.isBuffer(body) ? `${body.length} bytes` : body,
    };
    this.observe(exchange);
    if (!(expect ? expect.includes(response.status) : response.ok)) throw new Surprise(exchange);
    return { status: response.status, headers: response.headers, body: body as Body };
  }
}

async function bodyOf(response: Response): Promise<unknown> {
  const type = response.headers.get('content-type') ?? '';
  const bytes = Buffer.from(await response.arrayBuffer());
  if (type.includes('json')) return JSON.parse(bytes.toString()) as unknown;
  return type.startsWith('text/') ? bytes.toString() : bytes;
}

/** Repeats a query until it finds something, for a number of seconds (20). */
export async function until<Found>(what: string, look: () => Promise<Found | undefined>, seconds = 20): Promise<Found> {
  for (const end = Date.now() + seconds * 1_000; Date.now() < end;) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise(resolve => setTimeout(resolve, 150));
  }
  throw new Error(`waited ${seconds} s in vain: ${what}`);
}
