import { Pool } from 'undici';

/** Below the services' 72 s, so that a connection is not used in the moment in which the service closes it. */
const keepAliveMs = 30_000;

/** One instance of a service, or an address behind which somebody else chooses one. */
export interface Origin {
  readonly url: string;
  readonly pool: Pool;
  /** Whether it was ready when it was asked last, and has not refused a connection since. */
  isReady: boolean;
}

/** The instances of one service, used in turn; one that is not ready only when none is. */
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

  /** How many there are. */
  get count(): number {
    return this.all.length;
  }

  /** The next to be asked: ready before not ready, one that was not `tried` before one that was. */
  next(tried: ReadonlySet<Origin> = new Set()): Origin {
    if (this.all.length === 1) return this.all[0] as Origin;
    this.turn = (this.turn + 1) % this.all.length;
    const inTurn = [...this.all.slice(this.turn), ...this.all.slice(0, this.turn)];
    const fresh = inTurn.filter(origin => !tried.has(origin));
    const candidates = fresh.length > 0 ? fresh : inTurn;
    return candidates.find(({ isReady }) => isReady) ?? (candidates[0] as Origin);
  }

  /**
   * Asks each instance whether it is ready, and goes on asking, where there are several: one alone is used in any case. Resolves when
   * all have said so once, so that none is used that is not.
   */
  async watch(isReady: (url: string) => Promise<boolean>, everyMs: number): Promise<void> {
    if (this.all.length < 2 || this.timer) return;
    const asked = new Set<Origin>();
    // An instance that is slow to say is not asked again meanwhile: its answers would come in any order.
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
