import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

/** Where the tour takes webhooks unless told otherwise; every start for development admits this address. */
export const tourReceiver = { host: '127.0.0.1', port: 3999 } as const;

/** A delivery whose signature was right. */
export interface Delivered {
  readonly id: string;
  readonly event: { readonly type: string; readonly data: Record<string, unknown> };
}

/** A portal's endpoint: takes deliveries and checks their signature as any receiver would. */
export class WebhookReceiver {
  readonly delivered: Delivered[] = [];
  private secret: string | undefined;
  private readonly server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => response.writeHead(this.take(request.headers, Buffer.concat(chunks).toString()) ? 204 : 401).end());
  });

  /** Listens on a port of this machine (0: a free one); answers its address. */
  async listen(port: number): Promise<string> {
    await new Promise<void>((resolve, reject) => this.server.once('error', reject).listen(port, tourReceiver.host, resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/ciep`;
  }

  /** From now on deliveries are checked with this secret. */
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
      const event = new Webhook(this.secret).verify(body, headers as Record<string, string>) as Delivered['event'];
      this.delivered.push({ id: String(headers['webhook-id']), event });
      return true;
    } catch {
      return false;
    }
  }
}
