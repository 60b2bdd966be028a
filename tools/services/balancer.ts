// A minimal TCP load balancer in front of several instances, where there is no Kubernetes.
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

const lookEveryMs = 250;

/** Routes each new connection to a ready instance, in turn; open connections stay where they are. */
export class Balancer {
  private readonly ready = new Set<string>();
  private readonly asking = new Map<string, Promise<void>>();
  private turn = 0;
  private timer: NodeJS.Timeout | undefined;
  private readonly sockets = new Set<Socket>();
  private readonly server = createServer(socket => this.lead(socket));

  private constructor(private readonly origins: () => readonly string[]) {}

  /** Listens on a port of 127.0.0.1; `origins` is evaluated repeatedly, and they may not be up yet. */
  static async start(port: number, origins: () => readonly string[]): Promise<Balancer> {
    const balancer = new Balancer(origins);
    balancer.server.listen(port, '127.0.0.1');
    await once(balancer.server, 'listening');
    balancer.timer = setInterval(() => balancer.look(), lookEveryMs);
    return balancer;
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.asking.values());
    for (const socket of this.sockets) socket.destroy();
    await new Promise(done => this.server.close(done));
  }

  /** Independent checks, so that a slow instance does not hide that another one is draining. */
  private look(): void {
    for (const origin of this.origins())
      if (!this.asking.has(origin))
        this.asking.set(
          origin,
          this.ask(origin).finally(() => this.asking.delete(origin)),
        );
  }

  private async ask(origin: string): Promise<void> {
    const isReady = await fetch(`${origin}/health/ready`, { signal: AbortSignal.timeout(2_000) }).then(
      answer => answer.ok,
      () => false,
    );
    if (isReady) this.ready.add(origin);
    else this.ready.delete(origin);
  }

  /**
   * The next in turn. If none reports ready, the check itself is probably failing, so it is better to continue than to refuse everybody.
   */
  private next(): string | undefined {
    const all = this.origins();
    const ready = all.filter(origin => this.ready.has(origin));
    const candidates = ready.length > 0 ? ready : all;
    return candidates[this.turn++ % Math.max(1, candidates.length)];
  }

  private lead(near: Socket): void {
    const origin = this.next();
    if (origin === undefined) return void near.destroy();
    const far = connect(Number(new URL(origin).port), '127.0.0.1');
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.add(one);
      one.setNoDelay(true);
      one.pipe(other);
      one.once('error', () => other.destroy());
      one.once('close', () => {
        this.sockets.delete(one);
        other.destroySoon();
      });
    }
  }
}
