import { setTimeout as sleep } from 'node:timers/promises';
import type { Control } from './control.js';

const handledOnce = 'every reaction handles every event once';

/** N1: an event that arrives again is stored again. */
export const noDeduplication: Control = {
  name: 'N1',
  about: 'billing stores an event every time it arrives',
  module: { service: 'billing', file: 'deduplicates-nothing.mjs' },
  async disarm({ stage }) {
    await stage.query('billing', 'ALTER TABLE inbox DROP CONSTRAINT inbox_reaction_event_id_key');
  },
  async injectFault({ stage }) {
    // After the restart Kafka delivers again what was stored and not yet committed.
    await stage.crash('billing', 'inbox.afterStore', 15_000);
    await sleep(3_000);
  },
  isCulprit: ({ rule, what }) => rule === handledOnce && what.includes(' at billing ') && what.includes('done and done'),
};

/** N2: offsets are committed before the events are stored. */
export const resolvedFirst: Control = {
  name: 'N2',
  about: 'notification commits offsets before it stores the events',
  module: { service: 'notification', file: 'resolves-first.mjs' },
  async injectFault({ stage }) {
    for (let kill = 0; kill < 2; kill += 1) {
      await sleep(2_000);
      stage.kill('notification');
      await stage.supervisor.untilAllRun(120_000);
    }
  },
  isCulprit: ({ rule, what }) => rule === handledOnce && what.includes(' at notification ') && what.includes('missing'),
};

/** N3: the relay polls by a cursor and misses a transaction that commits late. */
export const cursorPolling: Control = {
  name: 'N3',
  about: 'the relay of exhibition sends events after its cursor instead of unsent events',
  module: { service: 'exhibition', file: 'polls-by-cursor.mjs' },
  async disarm({ stage }) {
    // Ids are assigned at once and committed up to 300 ms later, in any order, as under load.
    await stage.query(
      'exhibition',
      `CREATE FUNCTION commit_late() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(random() * 0.3); RETURN NULL; END $$;
       CREATE TRIGGER commit_late AFTER INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION commit_late()`,
    );
  },
  async injectFault() {
    await sleep(10_000);
  },
  isCulprit: ({ rule, what }) => rule === 'every event is on its topic' && what.startsWith('exhibition ') && what.endsWith('was not sent'),
};
