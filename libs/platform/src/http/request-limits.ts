import type { IncomingMessage, ServerResponse } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { PlatformSettings } from '../settings/platform-settings.js';
import { expectationFailed, refuseBrokenHttp } from './broken-http.js';
import type { Refusal } from './problem.js';
import { HttpRefusal, refusalOfStatus } from './refusal.js';
import { mediaTypeOf } from './route.js';

/** Media types of files; everything else is JSON or a form. */
export const uploadTypes = [
  'application/pdf',
  'image/jpeg',
  'image/png',
  'application/octet-stream',
  'text/csv',
  'application/xml',
  'text/xml',
];

const longestUrl = 8_192;
const mostParameters = 100;

/** How often Node checks the time-outs of headers and requests. */
const checkIntervalMs = 1_000;

/** Options of the HTTP server that end slow requests and answers that nobody reads. */
export const timeOuts = ({ headerTimeoutMs, bodyTimeoutMs, uploadTimeoutMs }: PlatformSettings) => ({
  // We refuse a missing host ourselves, with a problem as the body.
  http: { headersTimeout: headerTimeoutMs, connectionsCheckingInterval: checkIntervalMs, requireHostHeader: false },
  requestTimeout: Math.max(uploadTimeoutMs, bodyTimeoutMs),
  keepAliveTimeout: 72_000,
  // A caller that does not read its answer for this long only occupies memory.
  connectionTimeout: 150_000,
});

const urlTooLong: Refusal = {
  status: 414,
  code: 'url.too_long',
  text: { zh: `地址超过 ${longestUrl} 个字符。`, en: `The address is longer than ${longestUrl} characters.` },
};
const hostNotOne = { zh: '请求必须有且只有一个 Host。', en: 'A request must have one Host header, and only one.' };
const tooManyParameters: Refusal = {
  status: 400,
  code: 'query.too_many',
  text: { zh: `查询参数超过 ${mostParameters} 个。`, en: `There are more than ${mostParameters} query parameters.` },
};

/** Whether all of this is percent-encoded UTF-8, without the NUL that PostgreSQL keeps nowhere. */
export function isDecodable(encoded: string): boolean {
  if (!/[^\x21-\x7e]|%/.test(encoded)) return true;
  try {
    return /^[\x21-\x7e]*$/.test(encoded) && !decodeURIComponent(encoded).includes('\0');
  } catch {
    return false;
  }
}

/** The refusal of a URL that is malformed, too long or has too many parameters. */
function refusalOfUrl(url: string): Refusal | undefined {
  if (url.length > longestUrl) return urlTooLong;
  if (!isDecodable(url)) return refusalOfStatus(400);
  const query = url.indexOf('?');
  return query < 0 || url.slice(query).split('&', mostParameters + 1).length <= mostParameters ? undefined : tooManyParameters;
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';

/** Whether the request names one host. With several, a proxy in between may have routed by another one. */
const hasOneHost = ({ rawHeaders, httpVersion }: IncomingMessage): boolean => {
  const hosts = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length;
  return hosts === 1 || (hosts === 0 && httpVersion === '1.0');
};

/** The refusal of headers that no route accepts: not one host, or an encoded body. */
function refusalOfHeaders(request: IncomingMessage): Refusal | undefined {
  if (!hasOneHost(request)) return { ...refusalOfStatus(400), code: 'host.not_one', text: hostNotOne };
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  return encoding === 'identity' || !hasBody(request) ? undefined : refusalOfStatus(415, { 'accept-encoding': 'identity' });
}

const isUpload = ({ headers }: IncomingMessage): boolean => uploadTypes.includes(mediaTypeOf(headers));

/** Answers 408 when a body does not arrive in time, even if it arrives steadily. */
function endSlowBody(request: IncomingMessage, response: ServerResponse, milliseconds: number): void {
  const timer = setTimeout(() => {
    if (request.complete || request.destroyed) return;
    if (response.headersSent) request.socket.destroy();
    else refuseBrokenHttp({ code: 'ERR_HTTP_REQUEST_TIMEOUT' }, request.socket);
  }, milliseconds).unref();
  request.once('close', () => clearTimeout(timer));
}

/**
 * Limits one request: returns 414 `url.too_long` or 400 `query.too_many` for its URL, and ends the request when a body that is not a
 * file takes longer than `bodyTimeoutMs`.
 */
export function limitRequest(request: IncomingMessage, response: ServerResponse, bodyTimeoutMs: number): Refusal | undefined {
  const refusal = refusalOfUrl(request.url ?? '') ?? refusalOfHeaders(request);
  if (!refusal && hasBody(request) && !isUpload(request)) endSlowBody(request, response, bodyTimeoutMs);
  return refusal;
}

/** Limits every request of the router ({@link limitRequest}), and the number of connections. */
export function limitRequests(app: NestFastifyApplication, { bodyTimeoutMs, connections }: PlatformSettings): void {
  const server = app.getHttpServer();
  server.maxConnections = connections;
  server.on('checkExpectation', ({ socket }: IncomingMessage) => refuseBrokenHttp({ code: expectationFailed }, socket));
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', (request, reply, done) => {
      const refusal = limitRequest(request.raw, reply.raw, bodyTimeoutMs);
      if (refusal) done(new HttpRefusal(refusal));
      else done();
    });
}
