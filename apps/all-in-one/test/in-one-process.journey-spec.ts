import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { createLog, FileClock, provisionDatabase } from '@ciep/platform';
import { testServer } from '@ciep/testing';
import { writeFileSync } from 'node:fs';
import { services, startPlatform } from '../src/start-platform.js';
import { playBooking } from './booking.js';
import type { Stage } from './journey.js';

async function inOneProcess(webhookAllow: string): Promise<Stage> {
  const dataDir = await mkdtemp(join(tmpdir(), 'ciep-journey-'));
  const mark = randomBytes(4).toString('hex');
  const databases = await Promise.all(
    services.map(async ({ name }) => {
      const { ownerUrl, applicationUrl } = await provisionDatabase(testServer(), `journey_${mark}_${name}`);
      return { [`${name.toUpperCase()}_DATABASE_URL`]: applicationUrl, [`${name.toUpperCase()}_DATABASE_OWNER_URL`]: ownerUrl };
    }),
  );
  const clockFile = join(dataDir, 'clock');
  await writeFile(clockFile, '0');
  const platform = await startPlatform({
    environment: {
      CIEP_PROFILE: 'development',
      CIEP_SEED_DEMO: 'true',
      NOTIFICATION_WEBHOOK_ALLOW: webhookAllow,
      ...(Object.assign({}, ...databases) as object),
    },
    log: createLog(process.env['CIEP_TEST_LOG'] ?? 'silent'),
    clock: new FileClock(clockFile),
    dataDir,
    port: 0,
  });
  return {
    url: platform.url,
    moveClockTo: instant => writeFileSync(clockFile, String(instant.getTime() - Date.now())),
    async close() {
      await platform.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

playBooking('in one process', inOneProcess);
