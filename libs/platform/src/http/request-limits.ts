import type { IncomingMessage, ServerResponse } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { PlatformSettings } from '../settings/platform-settings.js';
import { refuseBrokenHttp } from './broken-http.js';
import type { Refusal } from './problem.js';
import { HttpRefusal } from './refusal.js';

/** Media types of files; everything else is JSON or a form. */
export const uploadTypes = ['application/pdf', 'image/jpeg', 'image/png', 'application/octet-stream'];

const longestUrl = 8_192;
const mostParameters = 100;

/** How often the time-outs of headers and requests are looked at, in milliseconds. */
const lookEvery = 1_000;

/** Options of the HTTP server that end what comes too slowly, or is never read. */
export const timeOuts = ({ headerTimeoutMs, bodyTimeoutMs, uploadTimeoutMs }: PlatformSettings) => ({
  http: { headersTimeout: headerTimeoutMs, connectionsCheckingInterval: lookEvery },
  requestTimeout: Math.max(uploadTimeoutMs, bodyTimeoutMs),
  keepAliveTimeout: 72_000,
  // A caller that reads nothing of its answer for so long holds memory for nothing.
  connectionTimeout: 150_000,
});

const urlTooLong: Refusal = {
  status: 414,
  code: 'url.too_long',
  text: { zh: `地址超过 ${longestUrl} 个字符。`, en: `The address is longer than ${longestUrl} characters.` },
};
const tooManyParameters: Refusal = {
  status: 400,
  code: 'query.too_many',
  text: { zh: `查询参数超过 ${mostParameters} 个。`, en: `There are more than ${mostParameters} query parameters.` },
};

/** What is wrong with an address that no client of the API makes. */
function refusalOfUrl(url: string): Refusal | undefined {
  if (url.length > longestUrl) return urlTooLong;
  const query = url.indexOf('?');
  return query < 0 || url.slice(query).split('&', mostParameters + 1).length <= mostParameters ? undefined : tooManyParameters;
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';

const isUpload = ({ headers }: IncomingMessage): boolean =>
  uploadTypes.includes(headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '');

/** Ends a request whose body does not arrive in time with 408, however steadily its bytes drip. */
function endSlowBody(request: IncomingMessage, response: ServerResponse, milliseconds: number): void {
  const timer = setTimeout(() => {
    if (request.complete || request.destroyed) return;
    if (response.headersSent) request.socket.destroy();
    else refuseBrokenHttp({ code: 'ERR_HTTP_REQUEST_TIMEOUT' }, request.socket);
  }, milliseconds).unref();
  request.once('close', () => clearTimeout(timer));
}

/**
 * Limits what one request may take: answers 414 `url.too_long` or 400 `query.too_many` for its address, and ends it when its body,
 * unless it is a file, takes longer than `bodyTimeoutMs`.
 */
export function limitRequest(request: IncomingMessage, response: ServerResponse, bodyTimeoutMs: number): Refusal | undefined {
  const refusal = refusalOfUrl(request.url ?? '');
  if (!refusal && hasBody(request) && !isUpload(request)) endSlowBody(request, response, bodyTimeoutMs);
  return refusal;
}

/** Limits every request of the router ({@link limitRequest}), and the connections of all. */
export function limitRequests(app: NestFastifyApplication, { bodyTimeoutMs, connections }: PlatformSettings): void {
  app.getHttpServer().maxConnections = connections;
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', (request, reply, done) => {
      const refusal = limitRequest(request.raw, reply.raw, bodyTimeoutMs);
      if (refusal) done(new HttpRefusal(refusal));
      else done();
    });
}
