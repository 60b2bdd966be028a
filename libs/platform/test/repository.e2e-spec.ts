import { randomUUID } from 'node:crypto';
import { invoicePaid, invoiceVoided } from '@ciep/contracts';
import { NotFound } from '@ciep/kernel';
import { BesideTransaction, Database, inContext, StaleVersion, TransactionUndone, type Tx } from '@ciep/platform';
import { eventually, startService, type TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Note, NoteIsFull, NoteRepository, sample } from './sample.js';

let service: TestService;
let database: Database;
let notes: NoteRepository;
const organisationId = randomUUID();

beforeAll(async () => {
  service = await startService(sample);
  database = service.find(Database);
  notes = service.find(NoteRepository);
});

const within = <R>(work: (tx: Tx) => Promise<R>): Promise<R> => database.transaction(work);

async function aNote(): Promise<Note> {
  const note = Note.write(organisationId, 'a note');
  await within(tx => notes.in(tx).insert(note));
  return note;
}

const eventsOf = (id: string) =>
  service.query(`SELECT type, aggregate_version, seq, event FROM outbox WHERE aggregate_id = $1 ORDER BY id`, [id]);

describe(NoteRepository.name, () => {
  it('writes change, version, events and audit entry together', async () => {
    const { id } = await aNote();
    await within(tx => notes.in(tx).update(id, note => note.add('x')));
    const events = await eventsOf(id);
    expect(events.map(({ type, aggregate_version, seq }) => [type, aggregate_version, seq])).toEqual([
      [invoiceVoided.type, 2, 0],
      [invoicePaid.type, 2, 1],
    ]);
    expect(events[0]).toMatchObject({ event: { subject: id, aggregateversion: 2, source: '/sample', specversion: '1.0' } });
    expect(await service.query(`SELECT aggregate_version FROM audit_entries WHERE aggregate_id = $1 ORDER BY id`, [id])).toEqual([
      { aggregate_version: 1 },
      { aggregate_version: 2 },
    ]);
  });

  it('writes many new rows, each with its own events and audit entry', async () => {
    const several = Array.from({ length: 20 }, (_, index) => Note.write(organisationId, `note ${index}`));
    several[3]?.add('x');
    several[7]?.add('y');
    await within(tx => notes.in(tx).insertAll(several));
    await within(tx => notes.in(tx).insertAll([]));
    const ids = several.map(({ id }) => id);
    const titles = await service.query('SELECT id, version, title, lines FROM notes WHERE id = ANY($1) ORDER BY id', [ids]);
    expect(titles).toEqual(several.map(({ id, title, lines }) => ({ id, version: 1, title, lines })));
    const audited = await service.query(
      `SELECT aggregate_id, aggregate_version, changes->'lines'->'after' AS lines FROM audit_entries WHERE aggregate_id = ANY($1) ORDER BY 1`,
      [ids],
    );
    expect(audited).toEqual(several.map(({ id, lines }) => ({ aggregate_id: id, aggregate_version: 1, lines })));
    expect(await eventsOf(several[0]?.id ?? '')).toEqual([]);
    for (const note of [several[3], several[7]]) {
      expect(await eventsOf(note?.id ?? '')).toMatchObject([
        { aggregate_version: 1, seq: 0, event: { subject: note?.id, aggregateversion: 1 } },
        { aggregate_version: 1, seq: 1, event: { subject: note?.id } },
      ]);
    }
    await within(tx => notes.in(tx).update(ids[5] ?? '', note => note.add('z'), { version: 1 }));
    expect(await eventsOf(ids[5] ?? '')).toMatchObject([{ aggregate_version: 2 }, { aggregate_version: 2 }]);
  });

  it.each(['6222021234567890123', 'true', 'null', '1e400', '"quoted"', '[1]', '{"a": 1}'])(
    'audits the text %s as it was written',
    async remark => {
      const note = Object.assign(Note.write(organisationId, 'a note'), { remark, lines: [remark] });
      await within(tx => notes.in(tx).insert(note));
      await within(tx => notes.in(tx).update(note.id, read => void Object.assign(read, { remark: `${remark} ` })));
      await within(tx => notes.in(tx).remove(note.id, () => undefined));
      const audited = await service.query(
        `SELECT changes -> 'remark' AS remark, changes -> 'lines' AS lines FROM audit_entries WHERE aggregate_id = $1 ORDER BY id`,
        [note.id],
      );
      expect(audited).toEqual([
        { remark: { before: null, after: remark }, lines: { before: null, after: [remark] } },
        { remark: { before: remark, after: `${remark} ` }, lines: null },
        { remark: { before: `${remark} `, after: null }, lines: { before: [remark], after: null } },
      ]);
    },
  );

  it('writes nothing when a rule refuses', async () => {
    const { id } = await aNote();
    for (let line = 0; line < 3; line += 1) await within(tx => notes.in(tx).update(id, note => note.add('x')));
    await expect(within(tx => notes.in(tx).update(id, note => note.add('y')))).rejects.toThrow(NoteIsFull);
    expect([(await eventsOf(id)).length, (await within(tx => notes.in(tx).get(id))).version]).toEqual([6, 4]);
  });

  it('loses none of 100 concurrent updates', async () => {
    const { id } = await aNote();
    await Promise.all(
      Array.from({ length: 100 }, () =>
        within(tx =>
          notes.in(tx).update(id, note => {
            Object.assign(note, { amount: String(Number(note.amount) + 1) });
          }),
        ),
      ),
    );
    expect(await within(tx => notes.in(tx).get(id))).toMatchObject({ amount: '100', version: 101 });
  });

  it('refuses a stale version, a missing row and a row outside the scope', async () => {
    const { id } = await aNote();
    const rename = (options: object, which = id) =>
      within(tx => notes.in(tx).update(which, note => void Object.assign(note, { title: 'z' }), options));
    await expect(rename({ version: 7 })).rejects.toThrow(StaleVersion);
    await expect(rename({}, randomUUID())).rejects.toThrow(NotFound);
    await expect(rename({ scope: { organisationId: randomUUID() } })).rejects.toThrow(NotFound);
    await rename({ version: 1, scope: { organisationId: [randomUUID(), organisationId] } });
    expect((await within(tx => notes.in(tx).get(id))).title).toBe('z');
  });

  it('turns undefined into NULL', async () => {
    const { id } = await aNote();
    await within(tx => notes.in(tx).update(id, note => void Object.assign(note, { remark: 'here' })));
    await within(tx => notes.in(tx).update(id, note => void Object.assign(note, { remark: undefined })));
    expect(await within(tx => notes.in(tx).get(id))).toMatchObject({ remark: null, version: 3 });
  });

  it('hands in the time that events and audit entry have', async () => {
    const { id } = await aNote();
    const handed = await within(tx =>
      notes.in(tx).update(id, (note, now) => {
        note.add('x');
        service.clock.advance(60);
        return now;
      }),
    );
    expect((await eventsOf(id)).map(({ event }) => (event as { time: string }).time)).toEqual([handed.toISOString(), handed.toISOString()]);
    expect(await service.query('SELECT at FROM audit_entries WHERE aggregate_id = $1 AND aggregate_version = 2', [id])).toEqual([
      { at: handed },
    ]);
  });

  describe('for a change that changes nothing', () => {
    const written = async (id: string) => ({
      row: await service.query('SELECT version, updated_at, xmin::text FROM notes WHERE id = $1', [id]),
      audited: await service.query('SELECT id FROM audit_entries WHERE aggregate_id = $1', [id]),
      told: await eventsOf(id),
    });

    it.each<[string, (note: Readonly<Note>) => void]>([
      ['touches nothing', () => undefined],
      ['sets what is there', note => void Object.assign(note, { title: 'a note', amount: '0', remark: undefined, lines: [] })],
    ])('writes nothing at all: it %s', async (_name, change) => {
      const { id } = await aNote();
      const before = await written(id);
      await within(tx => notes.in(tx).update(id, change, { version: 1 }));
      expect(await written(id)).toEqual(before);
    });

    it('does not mind in which order the fields of JSON come', async () => {
      const { id } = await aNote();
      const describe = (lines: unknown) => within(tx => notes.in(tx).update(id, note => void Object.assign(note, { lines })));
      await describe([{ zh: '一', en: { long: 1, a: [2, 3] } }]);
      const before = await written(id);
      await describe([{ en: { a: [2, 3], long: 1 }, zh: '一' }]);
      expect(await written(id)).toEqual(before);
      await describe([{ en: { a: [3, 2], long: 1 }, zh: '一' }]);
      expect((await within(tx => notes.in(tx).get(id))).version).toBe(3);
    });

    it('still checks version, scope and existence', async () => {
      const { id } = await aNote();
      const nothing = (options: object, which = id) => within(tx => notes.in(tx).update(which, () => undefined, options));
      await expect(nothing({ version: 7 })).rejects.toThrow(StaleVersion);
      await expect(nothing({}, randomUUID())).rejects.toThrow(NotFound);
      await expect(nothing({ scope: { organisationId: randomUUID() } })).rejects.toThrow(NotFound);
    });

    it('locks the row until the commit', async () => {
      const { id } = await aNote();
      const steps: string[] = [];
      const [locked, mayEnd] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
      const first = within(async tx => {
        await notes.in(tx).update(id, () => undefined);
        locked.resolve(undefined);
        await mayEnd.promise;
        steps.push('the first is done');
      });
      await locked.promise;
      const other = within(async tx => {
        await notes.in(tx).update(id, note => void Object.assign(note, { title: 'b' }));
        steps.push('the other changed it');
      });
      await eventually(async () =>
        expect(
          await service.query(`SELECT 1 AS waits FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`),
        ).toEqual([{ waits: 1 }]),
      );
      mayEnd.resolve(undefined);
      await Promise.all([first, other]);
      expect(steps).toEqual(['the first is done', 'the other changed it']);
    });

    it('writes when an event is recorded, though no column is altered', async () => {
      const { id } = await aNote();
      await within(tx => notes.in(tx).update(id, note => note.tell()));
      expect(await eventsOf(id)).toMatchObject([{ type: invoiceVoided.type, aggregate_version: 2 }]);
      expect((await within(tx => notes.in(tx).get(id))).version).toBe(2);
    });
  });

  it('refuses an asynchronous change, also one typed as any', async () => {
    const { id } = await aNote();
    // @ts-expect-error -- a change must not return a promise
    await expect(within(tx => notes.in(tx).update(id, () => Promise.resolve(1)))).rejects.toThrow(TypeError);
  });

  it('removes a row once', async () => {
    const { id } = await aNote();
    await within(tx => notes.in(tx).remove(id, () => undefined, { version: 1 }));
    await expect(within(tx => notes.in(tx).remove(id, () => undefined))).rejects.toThrow(NotFound);
  });

  it('names the actor of the context in the audit trail', async () => {
    const context = {
      service: 'sample',
      requestId: 'request-1',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      action: 'note:write',
    };
    const note = Note.write(organisationId, 'with context');
    await inContext(context, () => within(tx => notes.in(tx).insert(note)));
    expect(await service.query(`SELECT action, request_id, actor_kind FROM audit_entries WHERE aggregate_id = $1`, [note.id])).toEqual([
      { action: 'note:write', request_id: 'request-1', actor_kind: 'system' },
    ]);
  });
});

describe('a transaction', () => {
  it('fails when PostgreSQL rolled it back although the work continued', async () => {
    const swallowed = within(async tx => {
      await tx.query('SELECT no_such_function()').catch(() => undefined);
    });
    await expect(swallowed).rejects.toThrow(TransactionUndone);
  });

  it('leaves the pool intact after 50 failures', async () => {
    for (let round = 0; round < 50; round += 1) await within(() => Promise.reject(new Error('no'))).catch(() => undefined);
    expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('refuses a query or a transaction beside it, which could exhaust the pool', async () => {
    await expect(within(() => database.query('SELECT 1'))).rejects.toThrow(BesideTransaction);
    await expect(within(() => within(() => Promise.resolve()))).rejects.toThrow(BesideTransaction);
  });

  it('is ended by the database when it lasts too long', async () => {
    const [row] = await database.query<{ limit: string }[]>(`SELECT current_setting('transaction_timeout') AS "limit"`);
    expect(row?.limit).toBe('10s');
  });
});
