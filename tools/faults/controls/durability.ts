import { setTimeout as sleep } from 'node:timers/promises';
import { operationRules } from '../rules/operations.js';
import type { Control } from './control.js';

const ofOperations = new Set(operationRules.map(({ name }) => name));

/** N5: PostgreSQL acknowledges a commit before it is on disk. */
export const lateFlush: Control = {
  name: 'N5',
  about: 'PostgreSQL acknowledges commits before it writes them (synchronous_commit off), and is killed',
  async disarm({ stage }) {
    for (const change of ['synchronous_commit = off', "wal_writer_delay = '10s'", "wal_writer_flush_after = '1GB'"])
      await stage.query('identity', `ALTER SYSTEM SET ${change}`);
    await stage.query('identity', 'SELECT pg_reload_conf()');
  },
  async injectFault({ stage }) {
    await sleep(5_000);
    stage.kill('postgres');
    await stage.supervisor.untilAllRun(120_000);
    await sleep(3_000);
  },
  isCulprit: ({ rule }) => ofOperations.has(rule),
};
