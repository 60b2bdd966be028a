import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FaultProxy } from './proxy.js';

/** An echo server, and how long one word takes there and back. */
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
  heard = '';
  ended: string | undefined;
  private readonly socket: Socket;

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.on('data', chunk => (this.heard += String(chunk)));
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
      if (performance.now() - begun > ms) throw new Error(`waited in vain; heard ${this.heard.length} characters, ended: ${this.ended}`);
      await sleep(5);
    }
    return performance.now() - begun;
  }
}

describe(FaultProxy.name, () => {
  let echo: Echo;
  let proxy: FaultProxy;
  const talkers: Talker[] = [];
  const talker = () => {
    const one = new Talker(proxy.port);
    talkers.push(one);
    return one;
  };

  beforeEach(async () => {
    echo = new Echo();
    proxy = await FaultProxy.start('a>b', await echo.listen());
  });

  afterEach(async () => {
    for (const one of talkers.splice(0)) one.hangUp();
    await proxy.close();
    await echo.close();
  });

  it('passes everything on in both directions, and the end of it', async () => {
    const one = talker();
    const long = 'x'.repeat(1_000_000);
    one.say(long);
    await one.until(() => one.heard.length === long.length);
    expect(one.heard).toBe(long);
  });

  it('delays, in order, and stops delaying', async () => {
    const one = talker();
    proxy.set({ kind: 'delay', ms: 200 });
    one.say('a');
    expect(await one.until(() => one.heard === 'a')).toBeGreaterThanOrEqual(390);
    proxy.heal();
    const healed: number[] = [];
    for (let said = 2; said <= 6; said += 1) {
      one.say('b');
      healed.push(await one.until(() => one.heard.length === said));
    }
    expect(Math.min(...healed)).toBeLessThan(390);
  });

  it('limits how much comes through', async () => {
    const one = talker();
    proxy.set({ kind: 'limit', bytesPerSecond: 20_000 });
    one.say('x'.repeat(10_000));
    expect(await one.until(() => one.heard.length === 10_000)).toBeGreaterThanOrEqual(900);
  });

  it('cuts a connection in the middle of a message', async () => {
    const one = talker();
    one.say('hello');
    await one.until(() => one.heard === 'hello');
    proxy.set({ kind: 'cut', afterBytes: 3 });
    one.say('abcdef');
    await one.until(() => one.ended !== undefined);
    expect(one.ended).toBe('ECONNRESET');
    expect('helloabc'.startsWith(one.heard)).toBe(true);
  });

  it('swallows connections and what they say, and gives it out when the hole is closed', async () => {
    const before = talker();
    before.say('1');
    await before.until(() => before.heard === '1');
    proxy.set({ kind: 'black-hole' });
    const during = talker();
    for (const one of [before, during]) one.say('2');
    await sleep(300);
    expect([before.heard, during.heard, before.ended, during.ended]).toEqual(['1', '', undefined, undefined]);
    proxy.heal();
    await before.until(() => before.heard === '12');
    await during.until(() => during.heard === '2');
  });

  it('forgets what is open, for good, and lets new connections through', async () => {
    const before = talker();
    before.say('1');
    await before.until(() => before.heard === '1');
    proxy.set({ kind: 'forget' });
    const during = talker();
    for (const one of [before, during]) one.say('2');
    await during.until(() => during.heard === '2');
    proxy.heal();
    await sleep(200);
    expect([before.heard, before.ended]).toEqual(['1', undefined]);
  });

  it('refuses open and new connections, and then takes them again', async () => {
    const before = talker();
    before.say('1');
    await before.until(() => before.heard === '1');
    proxy.set({ kind: 'refuse' });
    const during = talker();
    await before.until(() => before.ended !== undefined);
    await during.until(() => during.ended !== undefined);
    proxy.heal();
    const after = talker();
    after.say('2');
    await after.until(() => after.heard === '2');
  });

  it('tells a caller that nobody is there', async () => {
    const deserted = await FaultProxy.start('a>nobody', 1);
    const one = new Talker(deserted.port);
    talkers.push(one);
    await one.until(() => one.ended !== undefined);
    await deserted.close();
  });
});
