import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog, FileClock, provisionDatabase } from '@ciep/platform';
import { testServer } from '@ciep/testing/test-database';
import { wideLimits } from '../../../tools/services/wide-limits.js';
import { services, startPlatform, type Platform } from '../src/start-platform.js';
import type { ObservedStage } from './journey.js';

/** The platform in the test process, on its own databases with the demo data. */
export interface InOneProcess extends ObservedStage {
  readonly platform: Platform;
}

/** Starts it; `webhookAllow` lists the private receivers, `host:port`, that webhooks may call. */
export async function inOneProcess(webhookAllow = '', settings: NodeJS.ProcessEnv = {}): Promise<InOneProcess> {
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
  const said: string[] = [];
  const level = process.env['CIEP_TEST_LOG'];
  const platform = await startPlatform({
    environment: {
      CIEP_PROFILE: 'development',
      CIEP_SEED_DEMO: 'true',
      ...wideLimits,
      NOTIFICATION_WEBHOOK_ALLOW: webhookAllow,
      ...(Object.assign({}, ...databases) as object),
      ...settings,
    },
    log: level === undefined ? createLog('info', { write: line => void said.push(line) }) : createLog(level),
    clock: new FileClock(clockFile),
    dataDir,
    port: 0,
  });
  return {
    url: platform.url,
    platform,
    searchable: {
      logs: () => Promise.resolve(new Map([['the process', said.join('')]])),
      databases: new Map(
        services.map(({ name }) => [name, Object.assign(new URL(testServer()), { pathname: `/journey_${mark}_${name}` }).href]),
      ),
      brokers: undefined,
    },
    scrape: async () => (await fetch(platform.metricsUrl ?? '')).text(),
    moveClockTo: instant => writeFileSync(clockFile, String(instant.getTime() - Date.now())),
    async close() {
      await platform.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
