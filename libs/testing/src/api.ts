import { randomUUID } from 'node:crypto';
import supertest, { type Response } from 'supertest';
import type { ResponseValidator } from './response-validator.js';

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** Options of one call. */
export interface CallOptions {
  /** Version for `If-Match`, or the header itself. */
  readonly ifMatch?: number | string;
  /** `Idempotency-Key`; a POST gets a new one by default, `false` sends none. */
  readonly key?: string | false;
  readonly headers?: Readonly<Record<string, string>>;
  /** Query parameters. */
  readonly query?: Readonly<Record<string, unknown>>;
}

/** Calls a service as one caller and checks every answer against the API document. */
export class Api {
  constructor(
    private readonly url: string,
    private readonly validator: ResponseValidator | undefined,
    private readonly token: (() => Promise<string>) | undefined,
  ) {}

  get(path: string, options: CallOptions = {}): Promise<Response> {
    return this.call('get', path, undefined, options);
  }

  post(path: string, body?: object | string, options: CallOptions = {}): Promise<Response> {
    return this.call('post', path, body ?? {}, { key: `test-${randomUUID()}`, ...options });
  }

  put(path: string, body: object | string, options: CallOptions = {}): Promise<Response> {
    return this.call('put', path, body, options);
  }

  patch(path: string, body: object | string, options: CallOptions = {}): Promise<Response> {
    return this.call('patch', path, body, options);
  }

  delete(path: string, options: CallOptions = {}): Promise<Response> {
    return this.call('delete', path, undefined, options);
  }

  /** Sends raw bytes as an upload. */
  async upload(path: string, content: Buffer, mediaType: string, options: CallOptions = {}): Promise<Response> {
    const request = supertest(this.url)
      .post(path)
      .set(await this.headers(options))
      .set('content-type', mediaType);
    return this.validated('post', path, await request.serialize((body: unknown) => body as string).send(content as never));
  }

  private async call(method: Method, path: string, body: object | string | undefined, options: CallOptions): Promise<Response> {
    const request = supertest(this.url)
      [method](path)
      .query(options.query ?? {})
      .set(await this.headers(options));
    if (body !== undefined && !Object.keys(options.headers ?? {}).some(name => name.toLowerCase() === 'content-type'))
      void request.set('content-type', 'application/json');
    return this.validated(method, path, await (body === undefined ? request : request.send(body)));
  }

  private validated(method: Method, path: string, response: Response): Response {
    const contentType = response.headers['content-type']?.split(';')[0];
    this.validator?.validate({ method, path, status: response.status, contentType, body: response.body as unknown });
    return response;
  }

  private async headers({ ifMatch, key, headers }: CallOptions): Promise<Record<string, string>> {
    return {
      ...(this.token && { authorization: `Bearer ${await this.token()}` }),
      ...(ifMatch !== undefined && { 'if-match': typeof ifMatch === 'number' ? `"${ifMatch}"` : ifMatch }),
      ...(typeof key === 'string' && { 'idempotency-key': key }),
      ...headers,
    };
  }
}
