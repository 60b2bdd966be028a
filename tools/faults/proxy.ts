// A TCP proxy on one link between two programs that can inject network faults while it runs.
import { connect, createServer, type Server, type Socket } from 'node:net';
import { Transform, type TransformCallback } from 'node:stream';
import { freePort } from '../../libs/platform/src/network/free-port.js';

/** The behaviour of a link, for open and new connections unless stated otherwise. */
export type LinkMode =
  | { readonly kind: 'pass' }
  /** Every chunk arrives this many milliseconds late. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** At most this many bytes a second in each direction of each connection. */
  | { readonly kind: 'limit'; readonly bytesPerSecond: number }
  /** A connection is reset after this many more bytes. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** Connections are accepted, and nothing comes through, not even their end; later everything does, as after a network outage. */
  | { readonly kind: 'black-hole' }
  /** Open connections lead nowhere, silently and for good; new connections pass. As when a firewall drops its state. */
  | { readonly kind: 'forget' }
  /** Open connections are reset, and so is every new one. */
  | { readonly kind: 'refuse' };

const pass: LinkMode = { kind: 'pass' };

/** One link, which carries every byte between two programs. */
export class FaultProxy {
  private readonly server: Server;
  private readonly connections = new Set<Connection>();
  private present: LinkMode = pass;

  private constructor(
    readonly name: string,
    readonly port: number,
    private readonly target: number,
  ) {
    this.server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, socket => this.accept(socket));
  }

  /** Listens on a free port of 127.0.0.1 and forwards to another port, which need not be open yet. */
  static async start(name: string, target: number, port?: number): Promise<FaultProxy> {
    const proxy = new FaultProxy(name, port ?? (await freePort()), target);
    await new Promise<void>((resolve, reject) => proxy.server.once('error', reject).listen(proxy.port, '127.0.0.1', resolve));
    return proxy;
  }

  get mode(): LinkMode {
    return this.present;
  }

  /** Changes the behaviour at once. */
  set(mode: LinkMode): void {
    this.present = mode;
    for (const connection of this.connections) connection.follow(mode);
  }

  /** Lets everything through again. */
  heal(): void {
    this.set(pass);
  }

  async close(): Promise<void> {
    for (const connection of this.connections) connection.reset();
    await new Promise(resolve => this.server.close(resolve));
  }

  private accept(near: Socket): void {
    if (this.present.kind === 'refuse') return void near.resetAndDestroy();
    const connection = new Connection(near, this.target, () => this.connections.delete(connection));
    this.connections.add(connection);
    connection.follow(this.present);
  }
}

/** One connection through the proxy: two sockets and a pipe for each direction. */
class Connection {
  private far: Socket | undefined;
  private readonly bends: Bend[] = [];
  private passed = 0;
  private forgotten = false;

  constructor(
    private readonly near: Socket,
    private readonly target: number,
    private readonly onEnd: () => void,
  ) {
    near.setNoDelay(true);
    near.on('error', () => this.reset());
  }

  follow(mode: LinkMode): void {
    if (mode.kind === 'refuse') return this.reset();
    if (this.forgotten) return;
    this.forgotten = mode.kind === 'forget' && this.far !== undefined;
    this.passed = 0;
    if (!this.far && mode.kind !== 'black-hole') this.open();
    const own = mode.kind === 'forget' && !this.forgotten ? pass : mode;
    for (const bend of this.bends) bend.follow(own);
  }

  reset(): void {
    this.near.resetAndDestroy();
    this.far?.resetAndDestroy();
    for (const bend of this.bends) bend.destroy();
    this.onEnd();
  }

  private open(): void {
    const far = connect({ port: this.target, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    this.far = far;
    far.on('error', () => this.reset());
    for (const [from, to] of [
      [this.near, far],
      [far, this.near],
    ] as const) {
      const bend = new Bend(bytes => this.count(bytes));
      this.bends.push(bend);
      from.pipe(bend).pipe(to);
    }
    let open = 2;
    for (const socket of [this.near, far]) {
      socket.once('close', () => {
        if (--open === 0) this.onEnd();
      });
    }
  }

  /** Counts for `cut`: how much of a chunk may still pass. */
  private count(bytes: number): number {
    const mode = this.bends[0]?.mode ?? pass;
    if (mode.kind !== 'cut') return bytes;
    const left = mode.afterBytes - this.passed;
    this.passed += bytes;
    if (this.passed < mode.afterBytes) return bytes;
    // After the rest has been written.
    setImmediate(() => this.reset());
    return Math.max(0, left);
  }
}

const isSilent = ({ kind }: LinkMode) => kind === 'black-hole' || kind === 'forget';

/** One direction of a connection. */
class Bend extends Transform {
  mode: LinkMode = pass;
  private release: (() => void) | undefined;

  constructor(private readonly admit: (bytes: number) => number) {
    super({ highWaterMark: 16 * 1024 });
  }

  follow(mode: LinkMode): void {
    this.mode = mode;
    if (isSilent(mode)) return;
    this.release?.();
    this.release = undefined;
  }

  override _transform(chunk: Buffer, _encoding: string, done: TransformCallback): void {
    this.whenOpen(() => {
      const admitted = this.admit(chunk.length);
      const send = () => done(null, chunk.subarray(0, admitted));
      const pause = this.pauseFor(admitted);
      if (pause > 0) setTimeout(() => this.whenOpen(send), pause);
      else send();
    });
  }

  override _flush(done: TransformCallback): void {
    this.whenOpen(() => done());
  }

  private pauseFor(bytes: number): number {
    if (this.mode.kind === 'delay') return this.mode.ms;
    return this.mode.kind === 'limit' ? (bytes / this.mode.bytesPerSecond) * 1_000 : 0;
  }

  private whenOpen(go: () => void): void {
    if (this.destroyed) return;
    if (isSilent(this.mode)) this.release = () => this.whenOpen(go);
    else go();
  }
}
