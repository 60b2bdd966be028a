import { createRemoteJWKSet, type JWTVerifyGetKey } from 'jose';
import type { Log } from '../logging/log.js';

const refreshIntervalMs = 60_000;

/** The public keys of another process. */
export interface RemoteKeys {
  readonly keys: JWTVerifyGetKey;
  /** Resolves when the keys are known; rejects when they cannot be fetched. */
  known(): Promise<void>;
  stop(): void;
}

/** How often keys are fetched, in milliseconds. */
export interface KeyPace {
  /** Interval of the refreshes. */
  readonly every?: number;
  /** Shortest time between two fetches for an unknown key. */
  readonly cooldown: number;
}

/**
 * Identity's public keys. They are refreshed every minute, so that removed keys go and new ones are known before they sign, and stay
 * in use while identity is down. `stop` ends the refreshes.
 */
export function remoteKeys(url: string, log: Log, onRefresh: () => void, { every = refreshIntervalMs, cooldown }: KeyPace): RemoteKeys {
  const remote = createRemoteJWKSet(new URL(url), { cacheMaxAge: Infinity, cooldownDuration: cooldown });
  let timer: NodeJS.Timeout | undefined;
  const refresh = (): void => {
    remote
      .reload()
      .then(onRefresh, (error: unknown) => log.warn({ error }, "identity's keys could not be refreshed; the known ones stay in use"));
  };
  return {
    // A process that never checks a token never fetches keys.
    keys: (header, token) => {
      timer ??= setInterval(refresh, every).unref();
      return remote(header, token);
    },
    known: async () => {
      if (remote.jwks() === undefined) await remote.reload();
    },
    stop: () => clearInterval(timer),
  };
}
