import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RunningService } from '@ciep/platform';
import { eventually } from '@ciep/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import { startGateway } from './gateway.factory.js';

/** One of several instances of a service; it can be set to be not ready, and to disconnect instead of answering. */
class Instance {
  isReady = true;
  breaksOff = false;
  /** The requests it received, except health checks. */
  readonly asked: string[] = [];
  private readonly server: Server = createServer((request, response) => void this.answer(request, response));

  constructor(readonly name: string) {}

  async start(port = 0): Promise<this> {
    this.server.listen(port, '127.0.0.1');
    await once(this.server, 'listening');
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === '/health/ready') {
      response.writeHead(this.isReady ? 200 : 503).end();
      return;
    }
    let body = '';
    for await (const chunk of request) body += String(chunk);
    this.asked.push(`${request.method} ${body}`);
    if (this.breaksOff) request.socket.destroy();
    else response.end(JSON.stringify({ from: this.name, body }));
  }
}

describe('several instances of a service', () => {
  const instances: Instance[] = [];
  let gateway: RunningService | undefined;

  afterEach(async () => {
    await gateway?.close();
    await Promise.all(instances.splice(0).map(instance => instance.stop().catch(() => undefined)));
  });

  async function behindGateway(...names: string[]): Promise<Instance[]> {
    for (const name of names) instances.push(await new Instance(name).start());
    gateway = await startGateway({
      GATEWAY_UPSTREAMS: `things=${instances.map(({ url }) => url).join('|')}`,
      GATEWAY_FIRST_BYTE_MS: '3000',
    });
    return instances;
  }
  const send = (method: string, body?: string, headers: Record<string, string> = {}) =>
    fetch(`${gateway?.url}/v1/things/x`, { method, headers, ...(body !== undefined && { body }) });
  const fromWhom = async (times: number) => {
    const answers = await Promise.all(Array.from({ length: times }, async () => (await (await send('GET')).json()) as { from: string }));
    return new Set(answers.map(({ from }) => from));
  };

  it('are used in turn, if they are ready', async () => {
    const [one, two] = await behindGateway('one', 'two');
    expect(await fromWhom(10)).toEqual(new Set(['one', 'two']));
    if (one) one.isReady = false;
    await eventually(async () => expect(await fromWhom(4)).toEqual(new Set(['two'])), 5_000);
    if (one) one.isReady = true;
    if (two) two.isReady = false;
    await eventually(async () => expect(await fromWhom(4)).toEqual(new Set(['one'])), 5_000);
  });

  it('are checked before the first request arrives, so one that is not ready yet gets none', async () => {
    const waiting = await new Instance('waiting').start();
    waiting.isReady = false;
    instances.push(waiting);
    await behindGateway('two');
    expect(await fromWhom(10)).toEqual(new Set(['two']));
    expect(waiting.asked).toEqual([]);
  });

  it('may be down: an unsent request goes to another one, whatever its method', async () => {
    const [one] = await behindGateway('one', 'two');
    await one?.stop();
    const answers = await Promise.all(
      ['POST', 'PATCH', 'GET', 'DELETE'].map(method => send(method, method === 'GET' ? undefined : 'money')),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  });

  it('may disconnect: only a repeatable request is retried', async () => {
    const [one, two] = await behindGateway('one', 'two');
    for (const instance of [one, two]) if (instance) instance.breaksOff = true;
    const key = { 'idempotency-key': '0123456789abcdef' };
    expect((await send('POST', 'money')).status).toBe(502);
    expect([...(one?.asked ?? []), ...(two?.asked ?? [])]).toEqual(['POST money']);

    if (two) two.breaksOff = false;
    const repeated = await Promise.all(Array.from({ length: 6 }, () => send('POST', 'money', key)));
    expect(repeated.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    expect(await (repeated[0] as Response).json()).toEqual({ from: 'two', body: 'money' });
    expect((await Promise.all(Array.from({ length: 6 }, () => send('GET')))).every(({ status }) => status === 200)).toBe(true);
    expect(one?.asked.length).toBeGreaterThan(1);
  });

  it('get no retry of a body that is too large to buffer', async () => {
    const [one, two] = await behindGateway('one', 'two');
    for (const instance of [one, two]) if (instance) instance.breaksOff = true;
    const answer = await send('POST', 'x'.repeat(100_000), { 'idempotency-key': '0123456789abcdef' });
    expect(answer.status).toBe(502);
    expect((one?.asked.length ?? 0) + (two?.asked.length ?? 0)).toBe(1);
  });

  it('answer 503 if all are down, and nothing is done', async () => {
    const [one, two] = await behindGateway('one', 'two');
    await Promise.all([one?.stop(), two?.stop()]);
    const answer = await send('POST', 'money');
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('2');
  });
});
