import { resolve } from 'node:path';
import { clockOf, closeOnSignal, ConfigurationError, createLog, EmbeddedPostgresError, PlatformSettings } from '@ciep/platform';
import { banner } from './banner.js';
import { PortTaken, startPlatform } from './start-platform.js';

const environment = { CIEP_PROFILE: 'development', CIEP_SEED_DEMO: 'true', CIEP_LOG_LEVEL: 'warn', ...process.env };
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
