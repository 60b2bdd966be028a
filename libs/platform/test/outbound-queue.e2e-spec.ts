import { randomUUID } from 'node:crypto';
import {
  counter,
  Database,
  defineFeature,
  defineService,
  Job,
  where,
  outboundColumns,
  OutboundQueue,
  triedInTime,
  type Attempt,
  type OutboundRow,
  type OutboundTable,
  OutboundJob,
} from '@ciep/platform';
import { startService, type TestService } from '@ciep/testing';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { fairDueSql, noTurnYet } from '../src/jobs/fair-turns.js';

const homeTown = randomUUID();

// An adapter writes no more than this: its columns and the attempt.
interface Call extends OutboundRow {
  readonly phone: string;
}

const attempts = counter('ciep_calls_total', 'For the test.', ['service', 'outcome']);
const turns = { owner: 'city', lane: 'phone', places: 3 };
const calls: OutboundTable = { name: 'calls', sent: 'made', columns: 'q.phone', turns, pauses: [60_000, 120_000], attempts };

@Injectable()
class Calls extends OutboundQueue<Call> {
  constructor(database: Database) {
    super(database, calls);
  }

  plan(phones: readonly string[], city: string = homeTown): Promise<string[]> {
    return this.database.transaction(tx =>
      this.add(
        phones.map(phone => ({ phone, city })),
        tx,
      ),
    );
  }

  again(id: string): Promise<boolean> {
    return this.database.transaction(tx => this.sendAgain(where().equal('id', id).equal('status', 'failed'), tx, { remark: null }));
  }
}

@Job()
class MakeCalls extends OutboundJob<Call> {
  override readonly atOnce = 4;
  made: string[] = [];
  answers: (Attempt | undefined)[] = [];
  running = { now: 0, most: 0 };
  /** Attempts wait until this many have run at the same time. */
  together = 1;
  private readonly waiting: (() => void)[] = [];

  constructor(readonly queue: Calls) {
    super();
  }

  async attempt({ phone }: Call): Promise<Attempt | undefined> {
    this.running.most = Math.max(this.running.most, (this.running.now += 1));
    this.made.push(phone);
    if (this.running.most < this.together) await new Promise<void>(resolve => this.waiting.push(resolve));
    for (const resume of this.waiting.splice(0)) resume();
    this.running.now -= 1;
    return this.answers.length > 0 ? this.answers.shift() : { succeeded: true, set: { remark: 'answered' } };
  }
}

const callService = defineService({ name: 'calls', features: [defineFeature({ providers: [Calls], jobs: [MakeCalls] })] });

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly Plans?: readonly Plan[];
}

/** The rows of the table that a query looked at. */
const rowsReadBy = (plan: Plan): number =>
  (plan['Relation Name'] === undefined ? 0 : (plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0)) * plan['Actual Loops']) +
  (plan.Plans ?? []).reduce((sum, below) => sum + rowsReadBy(below), 0);

let service: TestService;
let queue: Calls;
let job: MakeCalls;

beforeAll(async () => {
  service = await startService(callService);
  await service.query(`
    CREATE TABLE calls (${outboundColumns('made')}, city uuid NOT NULL, phone text NOT NULL, remark text);
    CREATE INDEX calls_turns ON calls (city, phone, due_at, id) WHERE status = 'waiting';
    CREATE INDEX calls_running_city ON calls (city) WHERE leased_until IS NOT NULL;
    CREATE INDEX calls_running_phone ON calls (phone) WHERE leased_until IS NOT NULL`);
  await service.query('GRANT ALL ON calls TO PUBLIC');
});

beforeEach(async () => {
  service.clock.set('2026-03-01T00:00:00Z');
  await service.query('DELETE FROM calls');
  attempts.reset();
  queue = service.find(Calls);
  job = service.find(MakeCalls);
  Object.assign(job, { made: [], answers: [], running: { now: 0, most: 0 }, together: 1 });
});

const round = () => service.runJobs();
const rows = () => service.query(`SELECT phone, status, attempts, remark, lease FROM calls ORDER BY id`);
const counted = async () => (await attempts.get()).values.map(({ labels, value }) => [labels['outcome'], value]);

describe(OutboundQueue.name, () => {
  it('sends what is due, one row at a time of each lane, and the lanes side by side', async () => {
    await queue.plan(['1', '1', '2', '3']);
    job.together = 3;
    await round();
    expect(job.made.toSorted()).toEqual(['1', '1', '2', '3']);
    expect(job.running.most).toBe(3);
    expect(await rows()).toEqual(
      job.made.toSorted().map(phone => ({ phone, status: 'made', attempts: 1, remark: 'answered', lease: null })),
    );
    expect(await counted()).toEqual([['made', 4]]);
  });

  it('tries again on the schedule, then gives up; and again by hand', async () => {
    const [id = ''] = await queue.plan(['1']);
    job.answers.push(...[0, 0, 0].map(() => ({ succeeded: false, set: { remark: 'busy' } })));
    for (const seconds of [0, 59, 1, 119, 1, 3_600]) {
      service.clock.advance(seconds);
      await round();
    }
    expect(job.made).toHaveLength(3);
    expect(await rows()).toEqual([{ phone: '1', status: 'failed', attempts: 3, remark: 'busy', lease: null }]);
    expect(await counted()).toEqual([
      ['retry', 2],
      ['exhausted', 1],
    ]);
    expect([await queue.again(id), await queue.again(id)]).toEqual([true, false]);
    await round();
    expect(await rows()).toEqual([{ phone: '1', status: 'made', attempts: 1, remark: 'answered', lease: null }]);
  });

  it('comes no sooner than it is asked to, and not again where that is useless', async () => {
    await queue.plan(['1', '2']);
    job.answers.push({ succeeded: false, retryAfterMs: 600_000 }, { succeeded: false, isFinal: true, outcome: 'no_such_number' });
    await round();
    service.clock.advance(599);
    await round();
    expect(job.made).toHaveLength(2);
    service.clock.advance(1);
    await round();
    expect((await rows()).map(({ status }) => status).toSorted()).toEqual(['failed', 'made']);
    expect((await counted()).toSorted()).toEqual([
      ['made', 1],
      ['no_such_number', 1],
      ['retry', 1],
    ]);
  });

  it('leaves a row without an outcome to the end of its lease', async () => {
    await queue.plan(['1']);
    job.answers.push(undefined);
    await round();
    await round();
    expect(job.made).toHaveLength(1);
    await service.query(`UPDATE calls SET leased_until = clock_timestamp() - interval '1 second'`);
    await round();
    expect(await rows()).toEqual([{ phone: '1', status: 'made', attempts: 1, remark: 'answered', lease: null }]);
  });

  it('does not let a worker settle what another has taken over', async () => {
    await queue.plan(['1']);
    const slow = await queue.lease();
    expect(await queue.lease()).toBeUndefined();
    await service.query(`UPDATE calls SET leased_until = clock_timestamp() - interval '1 second'`);
    const quick = await queue.lease();
    if (!slow || !quick) throw new Error('nothing was leased');
    await queue.settle(quick, { succeeded: true });
    await queue.settle(slow, { succeeded: false, isFinal: true });
    expect(await rows()).toMatchObject([{ status: 'made', attempts: 1 }]);
  });

  describe('takes turns', () => {
    const [here, there] = [randomUUID(), randomUUID()].sort() as [string, string];
    const leased = async (from = queue): Promise<Call> => {
      const row = await from.lease();
      if (!row) throw new Error('nothing was leased');
      return row;
    };

    it.each([
      [here, there],
      [there, here],
    ])('by owner, however much is due to another (%#)', async (busy, quiet) => {
      await queue.plan(['1', '1', '1', '2', '2', '3'], busy);
      service.clock.advance(1);
      await queue.plan(['7', '7'], quiet);
      const order: (string | undefined)[] = [];
      for (let turn = 0; turn < 4; turn += 1) {
        const row = await leased();
        order.push(row.owner);
        await queue.settle(row, { succeeded: true });
      }
      expect(order.filter(owner => owner === quiet)).toHaveLength(2);
      expect(order[0]).not.toBe(order[1]);
    });

    it('gives an owner no more places than it has, also with several instances at once', async () => {
      const other = new Calls(service.find(Database));
      await queue.plan(
        Array.from({ length: 40 }, (_, at) => String(at % 10)),
        here,
      );
      await queue.plan(['77'], there);
      const claims = Array.from({ length: 20 }, (_, at) => (at % 2 === 0 ? queue : other).lease());
      const rows = (await Promise.all(claims)).filter(row => row !== undefined);
      expect(rows.map(({ owner }) => owner).toSorted()).toEqual([here, here, here, there].toSorted());
      expect(new Set(rows.map(({ phone }) => phone)).size).toBe(4);
      const [first] = rows.filter(({ owner }) => owner === here);
      if (!first) throw new Error('nothing was leased');
      await queue.settle(first, { succeeded: true });
      expect([(await leased()).owner, await queue.lease()]).toEqual([here, undefined]);
    });

    it('serves all lanes of an owner, although some always have rows that are older', async () => {
      await queue.plan(
        Array.from({ length: 200 }, (_, at) => String(at % 4)),
        here,
      );
      service.clock.advance(1);
      await queue.plan(['9'], here);
      const served: string[] = [];
      while (!served.includes('9') && served.length < 150) {
        const row = await leased();
        served.push(row.phone);
        await queue.settle(row, { succeeded: true });
      }
      expect(served).toContain('9');
    });

    it('reads a few rows to find the next, behind a backlog of 100,000', async () => {
      await service.query(
        `INSERT INTO calls (id, city, phone, due_at, lease, leased_until)
         SELECT gen_random_uuid(), $1, n % 12, '2026-02-01', CASE WHEN n < 12 THEN gen_random_uuid() END,
                CASE WHEN n < 12 THEN clock_timestamp() + interval '1 minute' END FROM generate_series(0, 99999) n`,
        [here],
      );
      await queue.plan(['77'], there);
      const sql = fairDueSql('calls', turns, '', 'true').replaceAll('$1', 'now()');
      for (const last of [noTurnYet, here, there]) {
        const [plan] = await service.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
          `EXPLAIN (ANALYZE, FORMAT JSON) ${sql.replaceAll('$3', `'${last}'`)}`,
        );
        expect(plan ? rowsReadBy(plan['QUERY PLAN'][0].Plan) : NaN).toBeLessThan(50);
      }
      expect(await leased()).toMatchObject({ phone: '77', owner: there });
    });
  });

  it('tells the auditor what nobody tries', async () => {
    const [id] = await queue.plan(['1', '2']);
    const { violations, values } = triedInTime(calls, 60_000, { name: 'call_is_tried', holds: 'for the test' });
    const found = () => service.query(violations, values?.(service.clock.now()));
    service.clock.advance(60);
    expect(await found()).toEqual([]);
    service.clock.advance(1);
    await service.query(`UPDATE calls SET lease = $2, leased_until = clock_timestamp() + interval '1 minute' WHERE id <> $1`, [
      id,
      randomUUID(),
    ]);
    expect(await found()).toEqual([{ id }]);
  });
});
