import { Pool } from 'undici';

/** Below the services' 72 s, so that no connection is used at the moment when the service closes it. */
const keepAliveMs = 30_000;

/** One instance of a service, or the address of a load balancer. */
export interface Origin {
  readonly url: string;
  readonly pool: Pool;
  /** Whether the last health check succeeded and no connection was refused since. */
  isReady: boolean;
}

/** The instances of one service, used in turn; one that is not ready only if none is. */
export class Origins {
  private readonly all: readonly Origin[];
  private turn = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(urls: readonly string[], { connections }: { readonly connections: number }) {
    this.all = urls.map(url => ({
      url,
      pool: new Pool(url, { connections, pipelining: 1, keepAliveTimeout: keepAliveMs, connect: { timeout: 2_000 } }),
      isReady: true,
    }));
  }

  /** Number of instances. */
  get count(): number {
    return this.all.length;
  }

  /** The next instance: ready before not ready, untried before `tried`. */
  next(tried: ReadonlySet<Origin> = new Set()): Origin {
    if (this.all.length === 1) return this.all[0] as Origin;
    this.turn = (this.turn + 1) % this.all.length;
    const inTurn = [...this.all.slice(this.turn), ...this.all.slice(0, this.turn)];
    const fresh = inTurn.filter(origin => !tried.has(origin));
    const candidates = fresh.length > 0 ? fresh : inTurn;
    return candidates.find(({ isReady }) => isReady) ?? (candidates[0] as Origin);
  }

  /**
   * Checks regularly whether each instance is ready. A single instance is not checked, because it is used in any case. Resolves when each
   * has answered once, so that no unready instance is used.
   */
  async watch(isReady: (url: string) => Promise<boolean>, everyMs: number): Promise<void> {
    if (this.all.length < 2 || this.timer) return;
    const asked = new Set<Origin>();
    // A slow instance is not checked again meanwhile, because its answers could arrive in any order.
    const ask = async (origin: Origin): Promise<void> => {
      if (asked.has(origin)) return;
      asked.add(origin);
      origin.isReady = await isReady(origin.url).finally(() => asked.delete(origin));
    };
    const look = () => Promise.all(this.all.map(ask));
    this.timer = setInterval(() => void look(), everyMs).unref();
    await look();
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.all.map(({ pool }) => pool.close()));
  }
}
