import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll } from '@jest/globals';
import { Webhook } from 'standardwebhooks';

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

/** A portal's answer: a status, headers, a body, or none at all. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly silent?: boolean;
}

/** One received request. */
export interface Received {
  readonly url: string;
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A portal: a real HTTP server that keeps received requests. */
export class Receiver {
  readonly received: Received[] = [];
  /** The next answers; 204 if empty. */
  readonly replies: Reply[] = [];
  connections = 0;
  /** Answers that were not read to the end. */
  cutOff = 0;

  private constructor(
    readonly host: string,
    readonly port: number,
  ) {}

  static async start(host = '127.0.0.1', tls?: { key: string; cert: string }): Promise<Receiver> {
    const holder: { receiver?: Receiver } = {};
    const answer: RequestListener = (request, response) => {
      response.on('close', () => {
        if (holder.receiver && !response.writableFinished) holder.receiver.cutOff += 1;
      });
      void text(request).then(body => {
        const reply = holder.receiver?.take({ url: request.url ?? '', method: request.method ?? '', headers: request.headers, body }) ?? {
          status: 204,
        };
        if (!reply.silent) response.writeHead(reply.status, reply.headers).end(reply.body);
      });
    };
    const server = tls ? createTlsServer(tls, answer) : createServer(answer);
    server.on('connection', () => {
      if (holder.receiver) holder.receiver.connections += 1;
    });
    server.listen(0, host);
    await once(server, 'listening');
    servers.push(server);
    return (holder.receiver = new Receiver(host, (server.address() as AddressInfo).port));
  }

  get pair(): string {
    return `${this.host}:${this.port}`;
  }

  url(path = '/hook'): string {
    return `http://${this.pair}${path}`;
  }

  /** The requests at a path since the last call. */
  at(path: string): Received[] {
    const mine = this.received.filter(({ url }) => url === path);
    for (const received of mine) this.received.splice(this.received.indexOf(received), 1);
    return mine;
  }

  private take(received: Received): Reply {
    this.received.push(received);
    return this.replies.shift() ?? { status: 204 };
  }
}

/** Whether the published verifier accepts the message with this secret. */
export function isGenuine(secret: string, { headers, body }: Received): boolean {
  try {
    new Webhook(secret).verify(body, headers as Record<string, string>);
    return true;
  } catch {
    return false;
  }
}
