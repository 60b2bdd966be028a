// A load balancer for TCP, as small as it can be: what stands in front of several instances where no Kubernetes does.
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const lookEveryMs = 500;

/** Leads each new connection to an instance that says it is ready, in turn; those that are open stay where they are. */
export class Balancer {
  private ready: readonly string[] = [];
  private turn = 0;
  private stopping = false;
  private looking: Promise<void> = Promise.resolve();
  private readonly sockets = new Set<Socket>();
  private readonly server = createServer(socket => this.lead(socket));

  /** Listens on a port of 127.0.0.1; `origins` are asked for again and again, and may not exist yet. */
  static async start(port: number, origins: () => readonly string[]): Promise<Balancer> {
    const balancer = new Balancer();
    balancer.server.listen(port, '127.0.0.1');
    await once(balancer.server, 'listening');
    balancer.looking = balancer.look(origins);
    return balancer;
  }

  async close(): Promise<void> {
    this.stopping = true;
    await this.looking;
    for (const socket of this.sockets) socket.destroy();
    await new Promise(done => this.server.close(done));
  }

  private async look(origins: () => readonly string[]): Promise<void> {
    for (; !this.stopping; await sleep(lookEveryMs)) {
      const all = origins();
      const isReady = await Promise.all(
        all.map(origin =>
          fetch(`${origin}/health/ready`, { signal: AbortSignal.timeout(2_000) }).then(
            answer => answer.ok,
            () => false,
          ),
        ),
      );
      // When none says so, it is rather the question that fails: better to go on than to send everybody away.
      const ready = all.filter((_, at) => isReady[at]);
      if (ready.length > 0) this.ready = ready;
    }
  }

  private lead(near: Socket): void {
    const origin = this.ready[this.turn++ % Math.max(1, this.ready.length)];
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
