const minute = 60_000;

/** The count of a key in its current window, and the whole seconds until the window ends. */
export interface Count {
  readonly used: number;
  readonly seconds: number;
}

interface Window {
  used: number;
  readonly endsAt: number;
}

/**
 * Counts by key, in windows of a minute that begin with the key's first request. It keeps at most `largest` windows and drops the least
 * recently used ones, so that a flood of addresses uses bounded memory and at worst resets the counts of others
 * (docs/adr/0008-rate-limits-per-replica.md).
 */
export class Windows {
  // Two generations, so that nothing has to be searched for expired entries: the older one is dropped as a whole.
  private recent = new Map<string, Window>();
  private earlier = new Map<string, Window>();
  private turnedAt = 0;

  constructor(private readonly largest: number) {}

  /** Counts one more request of the key. */
  count(key: string, instant = performance.now()): Count {
    // Fractions of a millisecond do not add up exactly: a minute from now could be slightly longer than a minute.
    const now = Math.floor(instant);
    this.turn(now);
    const known = this.recent.get(key) ?? this.earlier.get(key);
    const window = known && known.endsAt > now ? known : { used: 0, endsAt: now + minute };
    window.used += 1;
    this.recent.set(key, window);
    return { used: window.used, seconds: Math.ceil((window.endsAt - now) / 1_000) };
  }

  /** Number of windows kept, including expired ones. */
  get size(): number {
    return this.recent.size + this.earlier.size;
  }

  /** Entries unused for a minute have expired; in a flood, the least recently used ones are dropped as well. */
  private turn(now: number): void {
    if (now - this.turnedAt < minute && this.recent.size < this.largest / 2) return;
    this.earlier = this.recent;
    this.recent = new Map();
    this.turnedAt = now;
  }
}
