import { preferredLanguage } from '@ciep/kernel';
import { problemOf, type Refusal } from '@ciep/platform';
import type { Visit } from './visit.rules.js';

/**
 * Answers with the problem, in the caller's language. If the answer has begun or the caller has disconnected, it closes the connection
 * instead, so that a partial answer does not look complete.
 */
export function refuse({ request, response, requestId }: Pick<Visit, 'request' | 'response' | 'requestId'>, refusal: Refusal): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const language = preferredLanguage(request.headers['accept-language']);
  const body = JSON.stringify(problemOf(refusal, language, request.url ?? '', requestId));
  response.writeHead(refusal.status, {
    ...refusal.headers,
    'content-type': 'application/problem+json; charset=utf-8',
    'content-language': language,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
  });
  request.resume(); // a client that is still sending would otherwise not receive the answer
  response.end(request.method === 'HEAD' ? undefined : body);
}
