import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processNames, serviceNames } from '@ciep/contracts';
import { startSuite } from '../../../tools/services/suite.js';
import { wideLimits } from '../../../tools/services/wide-limits.js';
import { playBooking } from './booking.js';
import type { ObservedStage } from './journey.js';

/** The log line in which a service names its metrics address. */
function metricsUrl(logFile: string): string {
  const line = readFileSync(logFile, 'utf8')
    .split('\n')
    .findLast(one => one.includes('metrics are served'));
  return (JSON.parse(line ?? '{}') as { url?: string }).url ?? '';
}

async function asServices(webhookAllow: string, settings: NodeJS.ProcessEnv): Promise<ObservedStage> {
  const dataDir = await mkdtemp(join(tmpdir(), 'ciep-services-'));
  // The database server runs as another user and needs access to the folder.
  await chmod(dataDir, 0o755);
  const suite = await startSuite({
    dataDir,
    port: 0,
    fsync: false,
    environment: { ...wideLimits, NOTIFICATION_WEBHOOK_ALLOW: webhookAllow, ...settings },
  });
  return {
    url: suite.url,
    searchable: {
      logs: () => Promise.resolve(new Map(processNames.map(name => [name, readFileSync(suite.service(name).logFile, 'utf8')]))),
      databases: new Map(serviceNames.map(name => [name, suite.database(name).ownerUrl])),
      brokers: suite.brokers,
    },
    async scrape() {
      const texts = processNames.map(async name => (await fetch(metricsUrl(suite.service(name).logFile))).text());
      return (await Promise.all(texts)).join('\n');
    },
    moveClockTo: instant => suite.moveClockTo(instant),
    async close() {
      await suite.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

playBooking('as separate processes over Kafka', asServices);
