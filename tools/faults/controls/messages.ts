import { setTimeout as sleep } from 'node:timers/promises';
import type { Control } from './control.js';

const dealtWith = 'every reaction dealt with every fact, once';

/** N1: a fact that comes again is stored again. */
export const noDeduplication: Control = {
  name: 'N1',
  about: 'billing stores a fact as often as it comes',
  module: { service: 'billing', file: 'deduplicates-nothing.mjs' },
  async disarm({ stage }) {
    await stage.query('billing', 'ALTER TABLE inbox DROP CONSTRAINT inbox_reaction_event_id_key');
  },
  async hurt({ stage }) {
    // What was stored and not yet resolved comes again after the restart.
    await stage.crash('billing', 'inbox.afterStore', 15_000);
    await sleep(3_000);
  },
  isCulprit: ({ rule, what }) => rule === dealtWith && what.includes(' at billing ') && what.includes('done and done'),
};

/** N2: offsets are resolved before the facts are stored. */
export const resolvedFirst: Control = {
  name: 'N2',
  about: 'notification resolves offsets before it has stored the facts',
  module: { service: 'notification', file: 'resolves-first.mjs' },
  async hurt({ stage }) {
    for (let kill = 0; kill < 2; kill += 1) {
      await sleep(2_000);
      stage.kill('notification');
      await stage.supervisor.untilAllRun(120_000);
    }
  },
  isCulprit: ({ rule, what }) => rule === dealtWith && what.includes(' at notification ') && what.includes('missing'),
};

/** N3: the relay polls by a cursor; a transaction that commits late stays behind it. */
export const cursorPolling: Control = {
  name: 'N3',
  about: 'the relay of exhibition sends what is behind its cursor, instead of what is unsent',
  module: { service: 'exhibition', file: 'polls-by-cursor.mjs' },
  async disarm({ stage }) {
    // Ids are taken at once, and committed up to 300 ms later, in any order: as under load.
    await stage.query(
      'exhibition',
      `CREATE FUNCTION commit_late() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(random() * 0.3); RETURN NULL; END $$;
       CREATE TRIGGER commit_late AFTER INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION commit_late()`,
    );
  },
  async hurt() {
    await sleep(10_000);
  },
  isCulprit: ({ rule, what }) => rule === 'every fact is on its topic' && what.startsWith('exhibition ') && what.endsWith('was not sent'),
};
