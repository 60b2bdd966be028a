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
  /** The causes of those that were sent once more. */
  readonly resent: string[];
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

  /** What was sent once more, each with its kind and cause. */
  get resent(): string[] {
    return [...this.tallies].flatMap(([kind, { resent }]) => resent.map(cause => `${kind}: ${cause}`));
  }

  get count(): number {
    return [...this.tallies.values()].reduce((sum, { done }) => sum + done.length, 0);
  }

  private async run(kind: Kind, pauseMs: number): Promise<void> {
    const tally: Tally = { done: [], failed: [], resent: [] };
    this.tallies.set(kind.name, tally);
    while (!this.stopping) {
      const mark = randomUUID();
      await sendOnce(kind, mark, tally.resent).then(
        () => tally.done.push(mark),
        (error: unknown) => tally.failed.push(`${kind.name} ${describe(error)}`),
      );
      await new Promise(resolve => setTimeout(resolve, pauseMs));
    }
  }
}

/** The other side closed a connection; the request that was on it got no byte of an answer. */
const closedCodes = new Set(['UND_ERR_SOCKET', 'ECONNRESET']);

/**
 * As any client does that keeps connections: it cannot know that the other side closes one in the very moment in which it sends
 * on it, so it sends once more, on a new one. Nothing else is sent again: a connection refused, a time-out, an answer cut off have
 * failed. All kinds may be sent again: they read, or bear their mark as `Idempotency-Key`. As a request that was cut while it was
 * under way looks the same from here, whoever drains has to bound the share of them ({@link Load.resent}).
 */
const sendOnce = (kind: Kind, mark: string, resent: string[]): Promise<unknown> =>
  kind.send(mark).catch((error: unknown) => {
    const { code, message } = causeOf(error);
    if (code === undefined || !closedCodes.has(code)) throw error;
    resent.push(`${code} ${message}`);
    return kind.send(mark);
  });

const causeOf = (error: unknown): { code?: string; message?: string } =>
  error instanceof TypeError && error.message === 'fetch failed' ? (error.cause ?? {}) : {};

const describe = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const { code } = causeOf(error);
  return code === undefined ? error.message : `${error.message} (${code})`;
};

/** Reading, from a public address or with somebody's token. */
export const reading = (name: string, caller: Caller, path: string): Kind => ({ name, send: () => caller.get(path) });
