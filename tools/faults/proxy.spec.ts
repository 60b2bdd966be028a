import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FaultProxy } from './proxy.js';

/** An echo server. */
class Echo {
  private readonly sockets = new Set<Socket>();
  private readonly server: Server = createServer(socket => {
    this.sockets.add(socket);
    socket.on('error', () => undefined).pipe(socket);
  });

  async listen(): Promise<number> {
    await new Promise<void>(done => this.server.listen(0, '127.0.0.1', done));
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise(done => this.server.close(done));
  }
}

class Talker {
  received = '';
  ended: string | undefined;
  readonly socket: Socket;

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.on('data', chunk => (this.received += String(chunk)));
    this.socket.on('error', (error: NodeJS.ErrnoException) => (this.ended = error.code));
    this.socket.on('end', () => (this.ended ??= 'end'));
    this.socket.on('close', () => (this.ended ??= 'closed'));
  }

  say(words: string): void {
    this.socket.write(words);
  }

  hangUp(): void {
    this.socket.destroy();
  }

  async until(what: () => boolean, ms = 3_000): Promise<number> {
    const begun = performance.now();
    while (!what()) {
      if (performance.now() - begun > ms)
        throw new Error(`waited in vain; received ${this.received.length} characters, ended: ${this.ended}`);
      await sleep(5);
    }
    return performance.now() - begun;
  }
}

describe(FaultProxy.name, () => {
  let echo: Echo;
  let echoPort: number;
  let proxy: FaultProxy;
  const talkers: Talker[] = [];
  const talker = () => {
    const one = new Talker(proxy.port);
    talkers.push(one);
    return one;
  };

  beforeEach(async () => {
    echo = new Echo();
    echoPort = await echo.listen();
    proxy = await FaultProxy.start('a>b', echoPort);
  });

  afterEach(async () => {
    for (const one of talkers.splice(0)) one.hangUp();
    await proxy.close();
    await echo.close();
  });

  it('forwards everything in both directions, including the end of a connection', async () => {
    const one = talker();
    const long = 'x'.repeat(1_000_000);
    one.say(long);
    await one.until(() => one.received.length === long.length);
    expect(one.received).toBe(long);
  });

  it('delays without reordering, and stops delaying', async () => {
    const one = talker();
    proxy.set({ kind: 'delay', ms: 200 });
    one.say('a');
    expect(await one.until(() => one.received === 'a')).toBeGreaterThanOrEqual(390);
    // Said at the same time, the answer through the healed proxy comes first.
    const slow = await FaultProxy.start('c>b', echoPort);
    try {
      const other = new Talker(slow.port);
      talkers.push(other);
      other.say('a');
      await other.until(() => other.received === 'a');
      const received: string[] = [];
      one.socket.on('data', () => received.push('healed'));
      other.socket.on('data', () => received.push('delayed'));
      slow.set({ kind: 'delay', ms: 200 });
      proxy.heal();
      for (const talking of [other, one]) talking.say('b');
      await other.until(() => received.length === 2);
      expect(received).toEqual(['healed', 'delayed']);
    } finally {
      await slow.close();
    }
  });

  it('limits the throughput', async () => {
    const one = talker();
    proxy.set({ kind: 'limit', bytesPerSecond: 20_000 });
    one.say('x'.repeat(10_000));
    expect(await one.until(() => one.received.length === 10_000)).toBeGreaterThanOrEqual(900);
  });

  it('cuts a connection in the middle of a message', async () => {
    const one = talker();
    one.say('hello');
    await one.until(() => one.received === 'hello');
    proxy.set({ kind: 'cut', afterBytes: 3 });
    one.say('abcdef');
    await one.until(() => one.ended !== undefined);
    expect(one.ended).toBe('ECONNRESET');
    expect('helloabc'.startsWith(one.received)).toBe(true);
  });

  it('swallows connections and data, and delivers them when the black hole ends', async () => {
    const before = talker();
    before.say('1');
    await before.until(() => before.received === '1');
    proxy.set({ kind: 'black-hole' });
    const during = talker();
    for (const one of [before, during]) one.say('2');
    await sleep(300);
    expect([before.received, during.received, before.ended, during.ended]).toEqual(['1', '', undefined, undefined]);
    proxy.heal();
    await before.until(() => before.received === '12');
    await during.until(() => during.received === '2');
  });

  it('forgets open connections for good, and lets new ones through', async () => {
    const before = talker();
    before.say('1');
    await before.until(() => before.received === '1');
    proxy.set({ kind: 'forget' });
    const during = talker();
    for (const one of [before, during]) one.say('2');
    await during.until(() => during.received === '2');
    proxy.heal();
    await sleep(200);
    expect([before.received, before.ended]).toEqual(['1', undefined]);
  });

  it('refuses open and new connections, and then accepts them again', async () => {
    const before = talker();
    before.say('1');
    await before.until(() => before.received === '1');
    proxy.set({ kind: 'refuse' });
    const during = talker();
    await before.until(() => before.ended !== undefined);
    await during.until(() => during.ended !== undefined);
    proxy.heal();
    const after = talker();
    after.say('2');
    await after.until(() => after.received === '2');
  });

  it('refuses a connection when the target is down', async () => {
    const deserted = await FaultProxy.start('a>nobody', 1);
    const one = new Talker(deserted.port);
    talkers.push(one);
    await one.until(() => one.ended !== undefined);
    await deserted.close();
  });
});
