import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** The lock that makes a relay the leader of its database (libs/platform, Relay). */
const leadershipLock = 7_318_001;

/** A booth to allocate. */
export interface Booth {
  readonly id: string;
  readonly number: string;
}

/** Direct database work: bulk rows, and holding back events. */
export class ExhibitionData {
  private constructor(readonly client: pg.Client) {}

  static async connect(url: string): Promise<ExhibitionData> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    return new ExhibitionData(client);
  }

  /** Copies an application under new ids and numbers; returns the ids. */
  async copiesOfApplication(id: string, count: number): Promise<string[]> {
    const { rows } = await this.client.query<{ id: string }>(
      `INSERT INTO applications
       SELECT (jsonb_populate_record(a, jsonb_build_object('id', gen_random_uuid(), 'number', 'BENCH-' || gen_random_uuid(), 'external_ref', NULL, 'external_ref_key', NULL))).*
       FROM applications a, generate_series(1, $2) WHERE a.id = $1 RETURNING id`,
      [id, count],
    );
    return rows.map(row => row.id);
  }

  /** Copies a booth under new ids and numbers. */
  async copiesOfBooth(id: string, count: number): Promise<Booth[]> {
    const { rows } = await this.client.query<Booth>(
      `INSERT INTO booths
       SELECT (jsonb_populate_record(b, jsonb_build_object('id', gen_random_uuid(), 'number', upper(left(gen_random_uuid()::text, 18))))).*
       FROM booths b, generate_series(1, $2) WHERE b.id = $1 RETURNING id, number`,
      [id, count],
    );
    return rows;
  }

  /**
   * Runs work while no event leaves the service, so that only requests are measured. Takes the leadership from the relay, as another
   * instance would, and marks the events of that time as sent.
   */
  async withEventsHeldBack(work: () => Promise<void>): Promise<void> {
    const { client } = this;
    const led = async () =>
      (await client.query<{ led: boolean }>('SELECT pg_try_advisory_lock($1) AS led', [leadershipLock])).rows[0]?.led === true;
    while (!(await led())) {
      await client.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'exhibition-relay'`,
      );
      await sleep(20);
    }
    try {
      await work();
    } finally {
      await client.query('UPDATE outbox SET published_at = clock_timestamp() WHERE published_at IS NULL');
      await client.query('SELECT pg_advisory_unlock($1)', [leadershipLock]);
    }
  }

  async end(): Promise<void> {
    await this.client.end();
  }
}
