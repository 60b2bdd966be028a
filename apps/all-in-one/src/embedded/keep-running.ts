const checkEveryMs = 1_000;

/** A server to supervise. */
export interface Supervised {
  readonly isRunning: () => boolean;
  readonly start: () => Promise<void>;
  /** Its log file, which the messages name. */
  readonly log: string;
  readonly report: (message: string) => void;
}

/**
 * Restarts a server whenever it ends. A failed start is repeated, because a full disk may have room again at any time. The returned
 * function stops the supervision and resolves when no start is in progress.
 */
export function keepRunning({ isRunning, start, log, report }: Supervised): () => Promise<void> {
  let starting: Promise<void> | undefined;
  let reported: string | undefined;
  const reportOnce = (message: string): void => {
    if (message !== reported) report(message);
    reported = message;
  };
  const startAgain = async (): Promise<void> => {
    if (reported === undefined) reportOnce(`The embedded PostgreSQL has ended and is started again; see ${log}`);
    try {
      await start();
      report('The embedded PostgreSQL runs again');
      reported = undefined;
    } catch (error) {
      reportOnce(`${error instanceof Error ? error.message : String(error)}; trying again every second`);
    } finally {
      starting = undefined;
    }
  };
  const timer = setInterval(() => {
    if (!starting && !isRunning()) starting = startAgain();
  }, checkEveryMs).unref();
  return async () => {
    clearInterval(timer);
    await starting;
  };
}
