const minute = 60_000;

/** How often a key was counted in its present window, and the whole seconds until the window ends. */
export interface Count {
  readonly used: number;
  readonly seconds: number;
}

/**
 * Counts by key, each key in windows of a minute that begin with its first request. At most `largest` windows are kept: beyond
 * that the oldest goes, so that a flood of addresses takes memory of a known size and costs at most others' counts
 * (docs/adr/0008-rate-limits-per-replica.md).
 */
export class Windows {
  // In the order in which they began: the first is always the next to end.
  private readonly open = new Map<string, { used: number; readonly endsAt: number }>();

  constructor(private readonly largest: number) {}

  /** Counts one more for the key. */
  count(key: string, now = performance.now()): Count {
    const known = this.open.get(key);
    if (known && known.endsAt > now) {
      known.used += 1;
      return { used: known.used, seconds: Math.ceil((known.endsAt - now) / 1_000) };
    }
    this.open.delete(key);
    this.makeRoom(now);
    this.open.set(key, { used: 1, endsAt: now + minute });
    return { used: 1, seconds: 60 };
  }

  /** Number of windows kept. */
  get size(): number {
    return this.open.size;
  }

  private makeRoom(now: number): void {
    for (const [key, { endsAt }] of this.open) {
      if (endsAt > now && this.open.size < this.largest) return;
      this.open.delete(key);
    }
  }
}
