import { randomUUID } from 'node:crypto';
import type { Caller } from '../../../tools/tour/caller.js';

/** One kind of request that a load makes again and again. */
export interface Kind {
  readonly name: string;
  /** Makes one, whose mark is new each time, and throws when the answer is not what it has to be. */
  send(mark: string): Promise<unknown>;
}

/** What became of the requests of one kind. */
export interface Tally {
  readonly done: string[];
  readonly failed: string[];
}

/** Requests without a break, each kind one after another, until it is told to stop. */
export class Load {
  readonly tallies = new Map<string, Tally>();
  private stopping = false;
  private readonly loops: Promise<void>[];

  constructor(kinds: readonly Kind[], pauseMs = 20) {
    this.loops = kinds.map(kind => this.run(kind, pauseMs));
  }

  /** Finishes the requests under way. */
  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.loops);
  }

  get failures(): string[] {
    return [...this.tallies.values()].flatMap(({ failed }) => failed);
  }

  get count(): number {
    return [...this.tallies.values()].reduce((sum, { done }) => sum + done.length, 0);
  }

  private async run(kind: Kind, pauseMs: number): Promise<void> {
    const tally: Tally = { done: [], failed: [] };
    this.tallies.set(kind.name, tally);
    while (!this.stopping) {
      const mark = randomUUID();
      await sendOnce(kind, mark).then(
        () => tally.done.push(mark),
        (error: unknown) => tally.failed.push(`${kind.name} ${describe(error)}`),
      );
      await new Promise(resolve => setTimeout(resolve, pauseMs));
    }
  }
}

/**
 * As any client does that keeps connections: one that was closed just when it was to be used says nothing about the request,
 * which is sent once more. All kinds may be: they read, or bear their mark as `Idempotency-Key`.
 */
const sendOnce = (kind: Kind, mark: string): Promise<unknown> =>
  kind.send(mark).catch((error: unknown) => {
    if (!String(error).includes('fetch failed')) throw error;
    return kind.send(mark);
  });

const describe = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const { code } = (error.cause ?? {}) as { code?: string };
  return code === undefined ? error.message : `${error.message} (${code})`;
};

/** Reading, from a public address or with somebody's token. */
export const reading = (name: string, caller: Caller, path: string): Kind => ({ name, send: () => caller.get(path) });
