import { setTimeout as sleep } from 'node:timers/promises';
import { MigrationsPending } from '../database/migrate.js';
import type { Log } from '../logging/log.js';

const shortestPauseMs = 250;
const longestPauseMs = 5_000;

/** The names of a service's dependencies, in logs and in the readiness answer. */
export const dependency = { postgres: 'PostgreSQL', migrations: 'migrations', kafka: 'Kafka', identityKeys: "identity's keys" } as const;

/** Repeats `attempt` until the dependency is there. Throws errors that waiting cannot fix. */
export type DependencyWaiter = <T>(what: string, attempt: () => Promise<T>) => Promise<T>;

/** Makes one attempt. */
export const atOnce: DependencyWaiter = (_what, attempt) => attempt();

/** A dependency was not there in time. */
export class NotThere extends Error {
  constructor(what: string, reason: string, seconds: number) {
    super(`${what} is not there after ${seconds} seconds: ${reason}`);
    this.name = 'NotThere';
  }
}

/** PostgreSQL's classes of temporary errors: connection, resources, starting or stopping. */
const temporary = /^(?:08|53|57)/;

/** Why a dependency is not there yet, without addresses and names; undefined for an error that waiting cannot fix. */
export function reasonToWait(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof MigrationsPending) return 'they have not run';
  const { code, type } = error as { code?: unknown; type?: unknown };
  if (type === 'UNKNOWN_TOPIC_OR_PARTITION') return 'a topic is missing: the migrations of the publishing services create topics';
  if (typeof code === 'string') {
    if (code.startsWith('28')) return `it refuses the credentials (${code})`;
    if (code.startsWith('3D')) return `the database does not exist (${code})`;
    if (temporary.test(code)) return `it does not take connections (${code})`;
    if (/CERT|SIGNATURE/.test(code)) return `its certificate is not trusted (${code})`;
    if (/^(?:E|UND_ERR_)[A-Z_]+$/.test(code)) return `it cannot be reached (${code})`;
  }
  if (error.name === 'KafkaJSSASLAuthenticationError') return 'it refuses the credentials';
  const deeper = reasonToWait(error.cause);
  if (deeper !== undefined) return deeper;
  if (error.name.startsWith('KafkaJS')) return 'no broker answers';
  if (error.name.startsWith('JWKS') || error.name === 'JOSEError') return 'it does not answer with keys';
  // pg gives some errors no code.
  return /timeout|timed out|fetch failed|Connection (?:error|terminated)/i.test(error.message) ? 'it does not answer' : undefined;
}

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_done, failed) => signal.addEventListener('abort', () => failed(signal.reason as Error), { once: true }));

/**
 * Waits with growing pauses and logs each change of the missing dependency and the reason. Rejects when `signal` fires, and with
 * {@link NotThere} after `longestSeconds`, if given.
 */
export function dependencyWaiter({
  log,
  signal,
  longestSeconds,
  onChange,
}: {
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly longestSeconds?: number;
  readonly onChange?: (missing: string | undefined) => void;
}): DependencyWaiter {
  return async (what, attempt) => {
    const begun = Date.now();
    const ended = aborted(signal);
    ended.catch(() => undefined);
    let logged: string | undefined;
    for (let pause = shortestPauseMs; ; pause = Math.min(pause * 2, longestPauseMs)) {
      signal.throwIfAborted();
      try {
        const got = await Promise.race([attempt(), ended]);
        if (logged !== undefined) log.info({ waitedMs: Date.now() - begun }, `it is there: ${what}`);
        onChange?.(undefined);
        return got;
      } catch (error) {
        const reason = reasonToWait(error);
        if (reason === undefined) throw error;
        if (longestSeconds !== undefined && Date.now() - begun > longestSeconds * 1_000) throw new NotThere(what, reason, longestSeconds);
        if (reason !== logged) log.warn(`waiting for ${what}: ${reason}`);
        logged = reason;
        onChange?.(what);
      }
      await sleep(pause, undefined, { signal });
    }
  };
}
