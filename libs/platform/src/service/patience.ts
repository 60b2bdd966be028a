import { setTimeout as sleep } from 'node:timers/promises';
import { MigrationsPending } from '../database/migrate.js';
import type { Log } from '../logging/log.js';

const shortestPause = 250;
const longestPause = 5_000;

/** What waiting and readiness call the things that a service depends on. */
export const dependency = { postgres: 'PostgreSQL', migrations: 'migrations', kafka: 'Kafka', identityKeys: "identity's keys" } as const;

/** Gets something that may not be there yet: `attempt` is made until it succeeds. Errors that time does not mend are thrown. */
export type Patience = <T>(what: string, attempt: () => Promise<T>) => Promise<T>;

/** One attempt. */
export const atOnce: Patience = (_what, attempt) => attempt();

/** What was waited for did not come in time. */
export class NotThere extends Error {
  constructor(what: string, reason: string, seconds: number) {
    super(`${what} is not there after ${seconds} seconds: ${reason}`);
    this.name = 'NotThere';
  }
}

/** PostgreSQL's classes of errors that an operator or time mends: connection, resources, starting or stopping. */
const passing = /^(?:08|53|57)/;

/** Why something is not there yet, in words without addresses or names; undefined for an error that waiting does not mend. */
export function reasonToWait(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof MigrationsPending) return 'they have not run';
  const { code, type } = error as { code?: unknown; type?: unknown };
  if (type === 'UNKNOWN_TOPIC_OR_PARTITION') return 'a topic is missing: the migrations of the services that tell make them';
  if (typeof code === 'string') {
    if (code.startsWith('28')) return `it refuses the credentials (${code})`;
    if (code.startsWith('3D')) return `the database does not exist (${code})`;
    if (passing.test(code)) return `it does not take connections (${code})`;
    if (/CERT|SIGNATURE/.test(code)) return `its certificate is not trusted (${code})`;
    if (/^(?:E|UND_ERR_)[A-Z_]+$/.test(code)) return `it cannot be reached (${code})`;
  }
  if (error.name === 'KafkaJSSASLAuthenticationError') return 'it refuses the credentials';
  const deeper = reasonToWait(error.cause);
  if (deeper !== undefined) return deeper;
  if (error.name.startsWith('KafkaJS')) return 'no broker answers';
  if (error.name.startsWith('JWKS') || error.name === 'JOSEError') return 'it does not answer with keys';
  // pg says some things in words only.
  return /timeout|timed out|fetch failed|Connection (?:error|terminated)/i.test(error.message) ? 'it does not answer' : undefined;
}

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_done, failed) => signal.addEventListener('abort', () => failed(signal.reason as Error), { once: true }));

/**
 * Waits with growing pauses, one line in the log for each change of what is missing and why. Rejects when `signal` fires,
 * and with {@link NotThere} after `longestSeconds`, where they are given.
 */
export function patient({
  log,
  signal,
  longestSeconds,
  onChange,
}: {
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly longestSeconds?: number;
  readonly onChange?: (missing: string | undefined) => void;
}): Patience {
  return async (what, attempt) => {
    const begun = Date.now();
    const ended = aborted(signal);
    ended.catch(() => undefined);
    let said: string | undefined;
    for (let pause = shortestPause; ; pause = Math.min(pause * 2, longestPause)) {
      signal.throwIfAborted();
      try {
        const got = await Promise.race([attempt(), ended]);
        if (said !== undefined) log.info({ waitedMs: Date.now() - begun }, `it is there: ${what}`);
        onChange?.(undefined);
        return got;
      } catch (error) {
        const reason = reasonToWait(error);
        if (reason === undefined) throw error;
        if (longestSeconds !== undefined && Date.now() - begun > longestSeconds * 1_000) throw new NotThere(what, reason, longestSeconds);
        if (reason !== said) log.warn(`waiting for ${what}: ${reason}`);
        said = reason;
        onChange?.(what);
      }
      await sleep(pause, undefined, { signal });
    }
  };
}
