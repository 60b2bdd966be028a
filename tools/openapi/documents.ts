import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '@ciep/kernel';
import { createLog } from '@ciep/platform';
import { startPlatform } from '../../apps/all-in-one/src/start-platform.js';

/** An OpenAPI document, as far as the tools look into it. */
export interface OpenApi {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

export interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly description?: string }[];
}

export interface Schema {
  readonly $ref?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
}

/** The documents as the code makes them: each service's by its name, and the merged one as `platform`. */
export async function documentsOfTheCode(): Promise<Map<string, OpenApi>> {
  const dataDir = mkdtempSync(join(tmpdir(), 'ciep-openapi-'));
  chmodSync(dataDir, 0o755); // PostgreSQL may run as another user
  try {
    const platform = await startPlatform({
      environment: { CIEP_PROFILE: 'development' },
      log: createLog('silent'),
      clock: new SystemClock(),
      dataDir,
      port: 0,
      fsync: false,
    });
    try {
      const merged: unknown = await (await fetch(`${platform.url}/openapi.json`)).json();
      const own = [...platform.running.values()].filter(({ name }) => name !== 'gateway');
      const all = [...own.map(service => [service.name, service.document()] as const), ['platform', merged] as const];
      // As a client gets them: what is undefined is not there.
      return new Map(all.map(([name, document]) => [name, JSON.parse(JSON.stringify(document)) as OpenApi]));
    } finally {
      await platform.close();
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}
