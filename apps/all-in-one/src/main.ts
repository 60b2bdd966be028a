import { resolve } from 'node:path';
import { clockOf, closeOnSignal, ConfigurationError, createLog, EmbeddedPostgresError, PlatformSettings } from '@ciep/platform';
import { banner } from './banner.js';
import { PortTaken, startPlatform } from './start-platform.js';

// Webhooks go to public addresses only; on a developer's machine the receiver of `npm run tour` is admitted, too.
const tourReceiver = '127.0.0.1:3999';
const environment = {
  CIEP_PROFILE: 'development',
  CIEP_SEED_DEMO: 'true',
  CIEP_LOG_LEVEL: 'warn',
  NOTIFICATION_WEBHOOK_ALLOW: tourReceiver,
  ...process.env,
};
const log = createLog(environment.CIEP_LOG_LEVEL);

try {
  const settings = new PlatformSettings(environment);
  const platform = await startPlatform({
    environment,
    log,
    clock: clockOf(settings),
    dataDir: resolve(settings.dataDir),
    port: Number(process.env['PORT'] ?? 3000),
  });
  closeOnSignal(log, () => platform.close());
  process.stdout.write(banner(platform.url));
} catch (error) {
  const isExpected = error instanceof PortTaken || error instanceof EmbeddedPostgresError || error instanceof ConfigurationError;
  process.stderr.write(`${isExpected ? error.message : String(error instanceof Error ? error.stack : error)}\n`);
  process.exit(1);
}
