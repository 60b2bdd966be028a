import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { newId, preferredLanguage } from '@ciep/kernel';
import { problemOf } from '../http/problem.js';
import { unavailable } from '../http/refusal.js';

/** Answers for a service that waits for its dependencies: live, but not ready. */
export interface StartUpServer {
  /** The dependency that the service waits for; undefined when it is about to serve. */
  missing: string | undefined;
  /** Frees the port. */
  close(): Promise<void>;
}

/** Starts the server at the service's address. Throws when the address is taken. */
export async function openStartUpServer({ host, port }: { readonly host: string; readonly port: number }): Promise<StartUpServer> {
  const startUp: StartUpServer = {
    missing: undefined,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      await closed;
    },
  };
  const server = createServer((request, response) => answer(request, response, startUp.missing));
  server.listen(port, host);
  await once(server, 'listening');
  return startUp;
}

function answer(request: IncomingMessage, response: ServerResponse, missing: string | undefined): void {
  const path = request.url?.split('?')[0] ?? '';
  const send = (status: number, type: string, body: object, headers: Record<string, string> = {}) =>
    response
      .writeHead(status, { ...headers, 'content-type': type, 'cache-control': 'no-store', connection: 'close' })
      .end(JSON.stringify(body));
  request.resume();
  if (path === '/health/live') send(200, 'application/json', { status: 'live' });
  else if (path === '/health/ready')
    send(503, 'application/json', { status: 'not_ready', missing: missing === undefined ? [] : [missing] });
  else {
    const language = preferredLanguage(request.headers['accept-language']);
    const headers = { ...unavailable.headers, 'content-language': language };
    send(unavailable.status, 'application/problem+json', problemOf(unavailable, language, path, newId()), headers);
  }
}
