import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '@ciep/kernel';
import { createLog, type RouteAccess } from '@ciep/platform';
import { startPlatform } from '../../apps/all-in-one/src/start-platform.js';

/** The parts of an OpenAPI document that the tools read. */
export interface OpenApi {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly parameters?: Readonly<Record<string, Parameter>>;
  };
}

export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly description?: string;
}

export interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly parameters?: readonly (Parameter | { readonly $ref: string })[];
}

export interface Schema {
  readonly $ref?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
}

/** The name of the merged document among those of the services. */
export const mergedName = 'platform';

/** The API as generated from the code. */
export interface ApiOfTheCode {
  /** Each service's document by its name, and the merged one as `platform`. */
  readonly documents: ReadonlyMap<string, OpenApi>;
  /** The access rules of each service's routes. */
  readonly access: ReadonlyMap<string, readonly RouteAccess[]>;
}

/** Starts the platform and reads its API. */
export const apiOfTheCode = (): Promise<ApiOfTheCode> =>
  withPlatform(async platform => {
    const merged: unknown = await (await fetch(`${platform.url}/openapi.json`)).json();
    const own = [...platform.running.values()].filter(({ name }) => name !== 'gateway');
    const all = [...own.map(service => [service.name, service.document()] as const), [mergedName, merged] as const];
    // As a client gets them: without undefined values.
    return {
      documents: new Map(all.map(([name, document]) => [name, JSON.parse(JSON.stringify(document)) as OpenApi])),
      access: new Map([...platform.running.values()].map(({ name, access }) => [name, access])),
    };
  });

/** Starts the platform on a database of its own, reads something of it, and stops it. */
export async function withPlatform<Read>(read: (platform: Awaited<ReturnType<typeof startPlatform>>) => Promise<Read>): Promise<Read> {
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
    return await read(platform).finally(() => platform.close());
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}
