import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { Story } from '../../tour/story.js';
import type { Findings, Orders } from '../scenarios/scenario.js';
import { eventuallyTrue } from './eventually-true.js';
import { startTwinTrial } from './twin.js';

/** T5: a worker is suspended while it waits for a webhook's answer, until its lease expires; another worker sends again, then the first resumes. */
export async function oversleep({ say }: Orders): Promise<Findings> {
  const receiver = await SlowReceiver.listen();
  const { trial, twinOf, stop } = await startTwinTrial({
    exhibitors: 1,
    spoil: (service, given) =>
      service === 'notification'
        ? { ...given, NOTIFICATION_WEBHOOK_ALLOW: `${given['NOTIFICATION_WEBHOOK_ALLOW']},${receiver.host}` }
        : given,
  });
  const { stage } = trial;
  try {
    const { shenzhen } = new Story(stage.url);
    const { body: webhook } = await shenzhen.post<{ id: string; secret: string }>('/v1/notification/webhooks', {
      url: `http://${receiver.host}/slow`,
      eventTypes: ['ciep.exhibition.application.confirmed.v1'],
    });
    receiver.secret = webhook.secret;
    await shenzhen.post(`/v1/notification/webhooks/${webhook.id}/ping`);
    if (!(await eventuallyTrue(30_000, () => receiver.got.length === 1))) return { figures: {}, troubles: ['the webhook never arrived'] };
    const first = stage.suite.service('notification').pid ?? 0;
    process.kill(first, 'SIGSTOP');
    say('the worker is suspended, its webhook is in flight');
    await twinOf('notification');
    // The lease uses the database's clock; this has the effect of waiting a minute.
    await stage.query('notification', `UPDATE deliveries SET leased_until = clock_timestamp() WHERE status = 'waiting'`);
    const again = await eventuallyTrue(30_000, () => receiver.got.length === 2);
    process.kill(first, 'SIGCONT');
    receiver.answerFirst();
    say(`the second instance has ${again ? '' : 'not '}sent it again; the first one resumed`);
    const settled = await eventuallyTrue(30_000, async () => (await statusOf()) === 'delivered');
    const ids = new Set(receiver.got);
    const troubles = [
      ...(again ? [] : ['nobody sent the webhook again when the lease was over']),
      ...(ids.size === 1 ? [] : [`the receiver saw ${ids.size} different webhook-ids`]),
      ...(receiver.refused === 0 ? [] : [`${receiver.refused} deliveries were signed wrongly`]),
      ...(settled ? [] : [`the delivery is ${String(await statusOf())}`]),
    ];
    return { figures: { 'deliveries to the receiver': receiver.got.length, 'effects by webhook-id': ids.size }, troubles };
  } finally {
    await stop();
    receiver.close();
  }

  async function statusOf(): Promise<string | undefined> {
    const [row] = await stage.query<{ status: string }>('notification', `SELECT status FROM deliveries WHERE kind = 'ping'`);
    return row?.status;
  }
}

/** Answers the first delivery slowly and records the id of each. */
class SlowReceiver {
  readonly got: string[] = [];
  refused = 0;
  secret = '';
  private held: ServerResponse | undefined;
  private readonly server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => this.take(request.headers as Record<string, string>, Buffer.concat(chunks).toString(), response));
  });

  static async listen(): Promise<SlowReceiver> {
    const receiver = new SlowReceiver();
    await new Promise<void>(resolve => receiver.server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  answerFirst(): void {
    this.held?.writeHead(204).end();
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private take(headers: Record<string, string>, body: string, response: ServerResponse): void {
    try {
      new Webhook(this.secret).verify(body, headers);
    } catch {
      this.refused += 1;
    }
    this.got.push(headers['webhook-id'] ?? '');
    if (this.got.length === 1) this.held = response;
    else response.writeHead(204).end();
  }
}
