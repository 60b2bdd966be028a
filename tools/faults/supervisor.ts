import { setTimeout as sleep } from 'node:timers/promises';

/** A program that has to run. */
export interface Ward {
  readonly name: string;
  isAlive(): boolean;
  /** Starts it; resolves when it is ready, rejects when it exits instead. */
  start(): Promise<void>;
}

/** One downtime of a program. */
export interface Absence {
  readonly name: string;
  /** When its exit was noticed, and when it was ready again; milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  /** Failed starts. */
  readonly vain: number;
}

const lookEvery = 100;
const pauseAfterVainStart = 300;

/** Restarts whatever has died at once, as an orchestrator does, and records how long it was away. */
export class Supervisor {
  readonly absences: Absence[] = [];
  private readonly left = new Set<string>();
  private readonly busy = new Map<string, Promise<void>>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly wards: readonly Ward[]) {}

  start(): void {
    this.timer = setInterval(() => this.look(), lookEvery);
  }

  /** Stops watching, and waits for running starts. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    for (const { name } of this.wards) this.left.add(name);
    await Promise.all(this.busy.values());
  }

  /** Does not restart a program until it is `minded` again. */
  leave(name: string): void {
    this.left.add(name);
  }

  mind(name: string): void {
    this.left.delete(name);
  }

  /** Resolves when everything runs; rejects after this many milliseconds. */
  async untilAllRun(within: number): Promise<void> {
    for (const end = Date.now() + within; ; await sleep(lookEvery)) {
      const missing = this.wards.filter(ward => !ward.isAlive() || this.busy.has(ward.name)).map(({ name }) => name);
      if (missing.length === 0) return;
      if (Date.now() > end) throw new Error(`${missing.join(', ')} did not come back within ${within / 1_000} s`);
    }
  }

  private look(): void {
    for (const ward of this.wards) {
      if (this.left.has(ward.name) || this.busy.has(ward.name) || ward.isAlive()) continue;
      this.busy.set(
        ward.name,
        this.revive(ward).finally(() => this.busy.delete(ward.name)),
      );
    }
  }

  private async revive(ward: Ward): Promise<void> {
    const from = Date.now();
    for (let vain = 0; !this.left.has(ward.name); vain += 1) {
      try {
        await ward.start();
        this.absences.push({ name: ward.name, from, to: Date.now(), vain });
        return;
      } catch {
        await sleep(pauseAfterVainStart);
      }
    }
  }
}
