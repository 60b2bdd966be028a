import { randomUUID } from 'node:crypto';
import { invoicePaid, invoiceVoided } from '@ciep/contracts';
import { NotFound } from '@ciep/kernel';
import { BesideTransaction, Database, inContext, StaleVersion, TransactionUndone, type Tx } from '@ciep/platform';
import { startService, type TestService } from '@ciep/testing';
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

const told = (id: string) =>
  service.query(`SELECT type, aggregate_version, seq, event FROM outbox WHERE aggregate_id = $1 ORDER BY id`, [id]);

describe(NoteRepository.name, () => {
  it('writes change, version, facts and audit entry together', async () => {
    const { id } = await aNote();
    await within(tx => notes.in(tx).update(id, note => note.add('x')));
    const facts = await told(id);
    expect(facts.map(({ type, aggregate_version, seq }) => [type, aggregate_version, seq])).toEqual([
      [invoiceVoided.type, 2, 0],
      [invoicePaid.type, 2, 1],
    ]);
    expect(facts[0]).toMatchObject({ event: { subject: id, aggregateversion: 2, source: '/sample', specversion: '1.0' } });
    expect(await service.query(`SELECT aggregate_version FROM audit_entries WHERE aggregate_id = $1 ORDER BY id`, [id])).toEqual([
      { aggregate_version: 1 },
      { aggregate_version: 2 },
    ]);
  });

  it('writes many new rows, each with its own facts and audit entry', async () => {
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
    expect(await told(several[0]?.id ?? '')).toEqual([]);
    for (const note of [several[3], several[7]]) {
      expect(await told(note?.id ?? '')).toMatchObject([
        { aggregate_version: 1, seq: 0, event: { subject: note?.id, aggregateversion: 1 } },
        { aggregate_version: 1, seq: 1, event: { subject: note?.id } },
      ]);
    }
    await within(tx => notes.in(tx).update(ids[5] ?? '', note => note.add('z'), { version: 1 }));
    expect(await told(ids[5] ?? '')).toMatchObject([{ aggregate_version: 2 }, { aggregate_version: 2 }]);
  });

  it('writes nothing at all when the rule refuses', async () => {
    const { id } = await aNote();
    for (let line = 0; line < 3; line += 1) await within(tx => notes.in(tx).update(id, note => note.add('x')));
    await expect(within(tx => notes.in(tx).update(id, note => note.add('y')))).rejects.toThrow(NoteIsFull);
    expect([(await told(id)).length, (await within(tx => notes.in(tx).get(id))).version]).toEqual([6, 4]);
  });

  it('loses no update of 100 at once', async () => {
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

  it('turns undefined into NULL and bumps the version of an unchanged row', async () => {
    const { id } = await aNote();
    await within(tx => notes.in(tx).update(id, note => void Object.assign(note, { remark: 'here' })));
    await within(tx => notes.in(tx).update(id, note => void Object.assign(note, { remark: undefined })));
    await within(tx => notes.in(tx).update(id, () => undefined));
    expect(await within(tx => notes.in(tx).get(id))).toMatchObject({ remark: null, version: 4 });
  });

  it('refuses an asynchronous change, also one that hides behind any', async () => {
    const { id } = await aNote();
    // @ts-expect-error -- a promise is no result of a change
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
  it('is an error when PostgreSQL rolled it back although the work went on', async () => {
    const swallowed = within(async tx => {
      await tx.query('SELECT no_such_function()').catch(() => undefined);
    });
    await expect(swallowed).rejects.toThrow(TransactionUndone);
  });

  it('leaves the pool whole after 50 failures', async () => {
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
