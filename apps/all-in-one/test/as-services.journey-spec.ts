import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSuite } from '../../../tools/services/suite.js';
import { wideLimits } from '../../../tools/services/wide-limits.js';
import { playBooking } from './booking.js';
import type { Stage } from './journey.js';

async function asServices(webhookAllow: string): Promise<Stage> {
  const dataDir = await mkdtemp(join(tmpdir(), 'ciep-services-'));
  // The database server runs as a user of its own and has to get through.
  await chmod(dataDir, 0o755);
  const suite = await startSuite({
    dataDir,
    port: 0,
    fsync: false,
    environment: { ...wideLimits, NOTIFICATION_WEBHOOK_ALLOW: webhookAllow },
  });
  return {
    url: suite.url,
    moveClockTo: instant => suite.moveClockTo(instant),
    async close() {
      await suite.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

playBooking('as separate processes over Kafka', asServices);
