import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CloudEvent, HTTP, type CloudEventV1 } from 'cloudevents';
import { Webhook } from 'standardwebhooks';

/** The default address of the tour's webhook receiver; every start in development allows it. */
export const tourReceiver = { host: '127.0.0.1', port: 3999 } as const;

/** A delivery with a valid signature, and the event in it. */
export interface Delivered {
  readonly id: string;
  readonly event: CloudEvent<Record<string, unknown>>;
}

/** A portal's endpoint: like any receiver it checks signatures, and reads events with the SDK of CloudEvents. */
export class WebhookReceiver {
  readonly delivered: Delivered[] = [];
  private secret: string | undefined;
  private readonly server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => response.writeHead(this.take(request.headers, Buffer.concat(chunks).toString()) ? 204 : 401).end());
  });

  /** Listens on a port of this machine (0: a free one); returns its URL. */
  async listen(port: number): Promise<string> {
    await new Promise<void>((resolve, reject) => this.server.once('error', reject).listen(port, tourReceiver.host, resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/ciep`;
  }

  /** Checks deliveries with this secret from now on. */
  trust(secret: string): void {
    this.secret = secret;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise(resolve => this.server.close(resolve));
  }

  private take(headers: NodeJS.Dict<string | string[]>, body: string): boolean {
    if (this.secret === undefined) return false;
    try {
      new Webhook(this.secret).verify(body, headers as Record<string, string>);
      // The constructor is strict, the reading is not.
      const event = new CloudEvent(HTTP.toEvent({ headers, body }) as CloudEventV1<Record<string, unknown>>);
      this.delivered.push({ id: String(headers['webhook-id']), event });
      return true;
    } catch {
      return false;
    }
  }
}
