import { createRemoteJWKSet, type JWTVerifyGetKey } from 'jose';
import type { Log } from '../logging/log.js';

const refreshEvery = 60_000;

/** Keys that another process publishes. */
export interface RemoteKeys {
  readonly keys: JWTVerifyGetKey;
  /** Resolves when they are known, rejects when they cannot be fetched. */
  known(): Promise<void>;
  stop(): void;
}

/**
 * Identity's public keys, kept while identity is down and refreshed every minute, so that a removed key is dropped and a
 * new one known before it signs (`every` so many milliseconds in tests). `stop` ends the refreshing.
 */
export function remoteKeys(url: string, log: Log, onRefresh: () => void, every = refreshEvery): RemoteKeys {
  const remote = createRemoteJWKSet(new URL(url), { cacheMaxAge: Infinity, cooldownDuration: 5_000 });
  let timer: NodeJS.Timeout | undefined;
  const refresh = (): void => {
    remote
      .reload()
      .then(onRefresh, (error: unknown) => log.warn({ error }, "identity's keys could not be refreshed; the known ones stay in use"));
  };
  return {
    // Who never checks a token never asks for keys.
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
