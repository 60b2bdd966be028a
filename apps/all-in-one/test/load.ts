import { randomUUID } from 'node:crypto';
import type { Caller } from '../../../tools/tour/caller.js';

/** A kind of request that the load repeats. */
export interface Kind {
  readonly name: string;
  /** Sends one request with a new mark; throws if the answer is wrong. */
  send(mark: string): Promise<unknown>;
}

/** The results of the requests of one kind. */
export interface Tally {
  readonly done: string[];
  readonly failed: string[];
  /** The causes of those that were sent again. */
  readonly resent: string[];
}

/** Sends requests without a pause, in parallel by kind, until it is stopped. */
export class Load {
  readonly tallies = new Map<string, Tally>();
  private stopping = false;
  private readonly loops: Promise<void>[];

  constructor(kinds: readonly Kind[], pauseMs = 20) {
    this.loops = kinds.map(kind => this.run(kind, pauseMs));
  }

  /** Completes the running requests. */
  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.loops);
  }

  get failures(): string[] {
    return [...this.tallies.values()].flatMap(({ failed }) => failed);
  }

  /** All requests that were sent again, with kind and cause. */
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

/** The server closed the connection before it answered a byte. */
const closedCodes = new Set(['UND_ERR_SOCKET', 'ECONNRESET']);

/**
 * Retries like any client with keep-alive: it cannot know that the server closes a connection just when it sends on it, so it sends
 * once more on a new one. Nothing else is retried: a refused connection, a time-out or an incomplete answer is a failure. All kinds
 * may be retried: they read, or use their mark as `Idempotency-Key`. From here a request that was cut while it was handled looks
 * the same, so drain tests must limit the share of retries ({@link Load.resent}).
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

/** A read of a public URL, or with a token. */
export const reading = (name: string, caller: Caller, path: string): Kind => ({ name, send: () => caller.get(path) });
