const minute = 60_000;

/** How often a key was counted in its present window, and the whole seconds until the window ends. */
export interface Count {
  readonly used: number;
  readonly seconds: number;
}

interface Window {
  used: number;
  readonly endsAt: number;
}

/**
 * Counts by key, each key in windows of a minute that begin with its first request. At most `largest` windows are kept: when there
 * are more, those that were used longest ago go, so that a flood of addresses takes memory of a known size and costs at most
 * others' counts (docs/adr/0008-rate-limits-per-replica.md).
 */
export class Windows {
  // Two generations, so that nothing is ever searched for what to forget: the earlier goes as a whole.
  private recent = new Map<string, Window>();
  private earlier = new Map<string, Window>();
  private turnedAt = 0;

  constructor(private readonly largest: number) {}

  /** Counts one more for the key. */
  count(key: string, instant = performance.now()): Count {
    // Fractions of a millisecond do not add up exactly: a minute from now would be a little longer than a minute.
    const now = Math.floor(instant);
    this.turn(now);
    const known = this.recent.get(key) ?? this.earlier.get(key);
    const window = known && known.endsAt > now ? known : { used: 0, endsAt: now + minute };
    window.used += 1;
    this.recent.set(key, window);
    return { used: window.used, seconds: Math.ceil((window.endsAt - now) / 1_000) };
  }

  /** Number of windows kept, some of which may have ended. */
  get size(): number {
    return this.recent.size + this.earlier.size;
  }

  /** What was not used for a minute has ended; in a flood, what was not used lately has to go. */
  private turn(now: number): void {
    if (now - this.turnedAt < minute && this.recent.size < this.largest / 2) return;
    this.earlier = this.recent;
    this.recent = new Map();
    this.turnedAt = now;
  }
}
