// The whole platform in its own process, as in `npm start` (built, one process), so that the cost of the load generator is not included.
// one-process.ts runs it and communicates over the channel between parent and child.
import pg from 'pg';
import { clockOf, createLog, Database, PlatformSettings } from '@ciep/platform';
import { startPlatform } from '@ciep/all-in-one';
import type { Served, Statement } from './one-process.ts';

const environment = { CIEP_PROFILE: 'development', CIEP_SEED_DEMO: 'true', CIEP_LOG_LEVEL: 'warn', ...process.env };
const settings = new PlatformSettings(environment);
const platform = await startPlatform({
  environment,
  log: createLog(environment.CIEP_LOG_LEVEL),
  clock: clockOf(settings),
  dataDir: settings.dataDir,
  port: 0,
});

const databaseUrl = (service: string): string => {
  const options = platform.running.get(service)?.find(Database).dataSource.options as { url?: string } | undefined;
  return options?.url ?? '';
};

/** Every statement on any connection of this process, in order. */
function record(): () => Statement[] {
  const statements: Statement[] = [];
  const connections = new Map<unknown, number>();
  const prototype = pg.Client.prototype as { query: (...args: unknown[]) => unknown };
  const { query } = prototype;
  prototype.query = function (this: unknown, ...args: unknown[]) {
    const [first, second] = args;
    const given =
      typeof first === 'string' ? { text: first, values: second } : (first as { text: string; name?: string; values?: unknown });
    if (!connections.has(this)) connections.set(this, connections.size);
    statements.push({
      connection: connections.get(this) ?? 0,
      ...(given.name !== undefined && { name: given.name }),
      text: given.text,
      values: Array.isArray(given.values) ? (given.values as unknown[]) : [],
    });
    return query.apply(this, args);
  };
  return () => {
    prototype.query = query;
    return statements;
  };
}

let stopRecording: (() => Statement[]) | undefined;
process.on('message', (order: 'record' | 'recorded' | 'stop') => {
  if (order === 'record') stopRecording = record();
  else if (order === 'recorded') process.send?.(stopRecording?.() ?? []);
  else void platform.close().then(() => process.exit(0));
});

process.send?.({
  url: platform.url,
  services: Object.fromEntries([...platform.running].map(([name, { url }]) => [name, url])),
  databases: Object.fromEntries([...platform.running.keys()].filter(name => name !== 'gateway').map(name => [name, databaseUrl(name)])),
} satisfies Served);
