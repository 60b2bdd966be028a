import { resolve } from 'node:path';
import { clockOf, closeOnSignal, ConfigurationError, createLog, PlatformSettings, watchFaults } from '@ciep/platform';
import { banner } from './banner.js';
import { EmbeddedPostgresError } from './embedded/embedded-postgres-error.js';
import { DataFolderUnusable, PortTaken, startPlatform, type Platform } from './start-platform.js';

// Webhooks go to public addresses only; development also allows the receiver of `npm run tour`.
const tourReceiver = '127.0.0.1:3999';
const environment = {
  CIEP_PROFILE: 'development',
  CIEP_SEED_DEMO: 'true',
  CIEP_LOG_LEVEL: 'warn',
  NOTIFICATION_WEBHOOK_ALLOW: tourReceiver,
  ...process.env,
};
const abort = new AbortController();
let started: Promise<Platform> | undefined;

try {
  const settings = new PlatformSettings(environment);
  watchFaults(settings, 'all-in-one');
  const log = createLog(settings.logLevel);
  // Registered before anything starts: Ctrl-C may come at any moment, and the database would outlive this process.
  closeOnSignal(
    log,
    async () => {
      abort.abort();
      const platform = await started?.catch(() => undefined);
      await platform?.close();
    },
    settings.drainDelayMs,
  );
  started = startPlatform({
    environment,
    log,
    clock: clockOf(settings),
    dataDir: resolve(settings.dataDir),
    port: Number(process.env['PORT'] ?? 3000),
    signal: abort.signal,
  });
  process.stdout.write(banner((await started).url));
} catch (error) {
  if (!abort.signal.aborted) {
    const isExpected =
      error instanceof PortTaken ||
      error instanceof DataFolderUnusable ||
      error instanceof EmbeddedPostgresError ||
      error instanceof ConfigurationError;
    process.stderr.write(`${isExpected ? error.message : String(error instanceof Error ? error.stack : error)}\n`);
    process.exit(1);
  }
}
