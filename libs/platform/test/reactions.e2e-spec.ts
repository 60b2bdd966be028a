import { randomUUID } from 'node:crypto';
import { invoicePaid, invoicePaidAfterVoid, invoiceVoided } from '@ciep/contracts';
import { ReactsTo, type Message } from '@ciep/platform';
import { eventually, startService, type TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { InboxWorker } from '../src/messaging/inbox-worker.js';
import { sample, scopes } from './sample.js';

let service: TestService;
beforeAll(async () => {
  service = await startService(sample);
});

const paid = (invoiceId: string, amount: number) => ({
  invoiceId,
  applicationId: invoiceId,
  editionId: invoiceId,
  organisationId: invoiceId,
  regionCode: null,
  paid: amount,
  overpaid: 0,
  currency: 'CNY' as const,
});
const voided = (invoiceId: string, organisationId: string) => ({
  invoiceId,
  applicationId: invoiceId,
  editionId: invoiceId,
  organisationId,
  regionCode: null,
});
const effects = (invoiceId: string) =>
  service.query<{ paid: number }>('SELECT paid FROM payments WHERE invoice_id = $1 ORDER BY id', [invoiceId]);
const administrator = () => service.as({ roles: ['platform_admin'], scopes });

/** Makes waiting events due now, so that no test waits for a back-off. */
const hurry = () => service.query(`UPDATE inbox SET due_at = clock_timestamp() WHERE status = 'waiting' AND due_at <> 'infinity'`);
async function untilDeadLettered(invoiceId: string): Promise<string> {
  return eventually(async () => {
    await hurry();
    const [row] = await service.query<{ id: string }>(`SELECT id FROM inbox WHERE key = $1 AND status = 'dead_lettered'`, [invoiceId]);
    if (!row) throw new Error('not dead-lettered yet');
    return row.id;
  }, 20_000);
}

describe('a reaction', () => {
  it('takes effect once, however often its event is delivered', async () => {
    const id = randomUUID();
    await service.receive(invoicePaid, paid(id, 1), { times: 3 });
    expect(await effects(id)).toEqual([{ paid: 1 }]);
  });

  it('keeps the newest version of a read copy, whatever the order', async () => {
    const id = randomUUID();
    const newest = randomUUID();
    await service.receive(invoiceVoided, voided(id, randomUUID()), { aggregateVersion: 1 });
    await service.receive(invoiceVoided, voided(id, newest), { aggregateVersion: 5 });
    await service.receive(invoiceVoided, voided(id, randomUUID()), { aggregateVersion: 3 });
    expect(await service.query('SELECT organisation_id FROM voided WHERE invoice_id = $1', [id])).toEqual([{ organisation_id: newest }]);
  });

  it('takes several events, each of them once', async () => {
    const id = randomUUID();
    const holder = randomUUID();
    await service.receive(invoiceVoided, voided(id, randomUUID()), { aggregateVersion: 1, times: 2 });
    const { overpaid: _, ...late } = { ...paid(id, 1), organisationId: holder };
    await service.receive(invoicePaidAfterVoid, late, { aggregateVersion: 2, times: 2 });
    expect(await service.query('SELECT organisation_id FROM voided WHERE invoice_id = $1', [id])).toEqual([{ organisation_id: holder }]);
    const rows = await service.query(`SELECT type, status FROM inbox WHERE key = $1 AND reaction = 'RememberVoided.on' ORDER BY id`, [id]);
    expect(rows).toEqual([invoiceVoided, invoicePaidAfterVoid].map(({ type }) => ({ type, status: 'done' })));
  });

  it('reacts to something, or the service does not load', () => {
    const nothing = ReactsTo();
    class Idle {
      on = () => Promise.resolve();
    }
    expect(() => nothing(Idle.prototype, 'on', {})).toThrow('Idle.on reacts to nothing');
  });

  it('becomes a dead letter after eight failures, holds back only its own key, and continues after a skip', async () => {
    const poison = randomUUID();
    const healthy = randomUUID();
    await service.receive(invoicePaid, paid(poison, 13));
    await service.receive(invoicePaid, paid(healthy, 2));
    const id = await untilDeadLettered(poison);
    await service.receive(invoicePaid, paid(poison, 3));
    expect([await effects(healthy), await effects(poison)]).toEqual([[{ paid: 2 }], []]);
    const { body } = await administrator().get('/v1/sample/dead-letters');
    expect(body.items).toEqual([
      expect.objectContaining({
        id: `in-${id}`,
        direction: 'incoming',
        reaction: 'CountPayments.on',
        topic: null,
        type: invoicePaid.type,
        key: poison,
        tries: 8,
        lastError: 'thirteen is refused',
      }),
    ]);
    expect((await administrator().post(`/v1/sample/dead-letters/in-${id}/skip`, { reason: 'known to be wrong' })).status).toBe(204);
    await eventually(async () => expect(await effects(poison)).toEqual([{ paid: 3 }]));
  });

  it('is rolled back and retried when it swallowed an SQL error', async () => {
    const id = randomUUID();
    await service.receive(invoicePaid, paid(id, 14));
    const [row] = await service.query(`SELECT status, tries FROM inbox WHERE key = $1`, [id]);
    expect([row, await effects(id)]).toEqual([{ status: 'waiting', tries: 1 }, []]);
    await service.query(`DELETE FROM inbox WHERE key = $1`, [id]);
  });

  it('dead-letters invalid data at once, and can replay it after a fix', async () => {
    const id = randomUUID();
    await service.receive(invoicePaid, { ...paid(id, 1), paid: 'much' } as never);
    const [row] = await service.query<{ id: string; status: string; tries: number }>(`SELECT id, status, tries FROM inbox WHERE key = $1`, [
      id,
    ]);
    expect(row).toMatchObject({ status: 'dead_lettered', tries: 1 });
    await service.query(`UPDATE inbox SET event = jsonb_set(event, '{data,paid}', '4') WHERE id = $1`, [row?.id]);
    expect((await administrator().post(`/v1/sample/dead-letters/in-${row?.id}/replay`)).status).toBe(204);
    await eventually(async () => expect(await effects(id)).toEqual([{ paid: 4 }]));
    expect(await administrator().post(`/v1/sample/dead-letters/in-${row?.id}/replay`)).toMatchObject({
      status: 409,
      body: { code: 'dead_letter.not_open' },
    });
    expect(await administrator().post('/v1/sample/dead-letters/in-999999999/replay')).toMatchObject({
      status: 404,
      body: { code: 'dead_letter.not_found' },
    });
  });

  it('dead-letters an unknown type, and says so when a replay still does not know it', async () => {
    const key = randomUUID();
    const message = {
      id: randomUUID(),
      topic: invoicePaid.topic,
      key,
      event: {
        specversion: '1.0',
        id: randomUUID(),
        source: '/billing',
        type: 'ciep.billing.invoice.exploded.v9',
        subject: key,
        time: new Date().toISOString(),
        datacontenttype: 'application/json',
        data: {},
        aggregateversion: 1,
      },
    } satisfies Message;
    await service.find(InboxWorker).inbox.store([message]);
    const [row] = await service.query<{ id: string; reaction: string; status: string }>(
      `SELECT id, reaction, status FROM inbox WHERE key = $1`,
      [key],
    );
    expect(row).toMatchObject({ reaction: '?', status: 'dead_lettered' });
    expect((await administrator().post(`/v1/sample/dead-letters/in-${row?.id}/replay`)).status).toBe(409);
  });

  it('replays many dead letters at once, oldest first, and leaves those of unknown types', async () => {
    const keys = Array.from({ length: 5 }, () => randomUUID());
    for (const key of keys) await service.receive(invoicePaid, { ...paid(key, 1), paid: 'much' } as never);
    await service.receive(invoicePaid, paid(keys[0] ?? '', 9));
    // Stored by an earlier version of the service, which did not know the type.
    const unknown = randomUUID();
    await service.query(
      `INSERT INTO inbox (reaction, event_id, key, type, event, status)
       SELECT '?', gen_random_uuid(), $1, type, event || jsonb_build_object('subject', $1::text, 'data', event->'data' || jsonb_build_object('invoiceId', $1::text)), 'dead_lettered'
       FROM inbox WHERE key = $2 AND status = 'waiting'`,
      [unknown, keys[0]],
    );
    await service.query(`UPDATE inbox SET event = jsonb_set(event, '{data,paid}', '4') WHERE key = ANY($1) AND status = 'dead_lettered'`, [
      keys,
    ]);
    const left = await service.query(`SELECT 1 FROM inbox WHERE status = 'dead_lettered' AND key <> ALL($1)`, [[unknown, ...keys]]);
    const replay = async (body?: object) => (await administrator().post('/v1/sample/dead-letters/replay', body)).body as unknown;

    expect(await replay({ type: invoiceVoided.type })).toEqual({ replayed: 0, remaining: 0 });
    expect(await replay({ direction: 'outgoing' })).toEqual({ replayed: 0, remaining: 0 });
    expect(await replay({ topic: invoicePaid.topic })).toEqual({ replayed: 0, remaining: 0 });
    expect(await replay({ reaction: 'CountPayments.on', limit: 2 })).toEqual({ replayed: 2, remaining: 3 });
    await eventually(async () => expect(await effects(keys[0] ?? '')).toEqual([{ paid: 4 }, { paid: 9 }]));
    await eventually(async () => expect(await effects(keys[1] ?? '')).toEqual([{ paid: 4 }]));
    expect(await effects(keys[2] ?? '')).toEqual([]);
    expect(await replay({})).toEqual({ replayed: 4, remaining: left.length });
    for (const key of keys.slice(1)) await eventually(async () => expect(await effects(key)).toEqual([{ paid: 4 }]));
    await eventually(async () => expect(await effects(unknown)).toEqual([{ paid: 9 }]));
    expect(await replay()).toEqual({ replayed: 0, remaining: left.length });
    const entries = await service.query(
      `SELECT 1 FROM audit_entries WHERE aggregate_type = 'incoming_dead_letter' AND action = 'dead_letter:write'
        AND aggregate_id IN (SELECT event_id FROM inbox WHERE key = ANY($1))`,
      [[unknown, ...keys]],
    );
    expect(entries).toHaveLength(6);
    expect(await administrator().post('/v1/sample/dead-letters/replay', { limit: 1_001 })).toMatchObject({ status: 422 });
  });

  it('puts each dead letter back once when two operators replay at the same time', async () => {
    const keys = Array.from({ length: 6 }, () => randomUUID());
    for (const key of keys) await service.receive(invoicePaid, { ...paid(key, 1), paid: 'much' } as never);
    await service.query(`UPDATE inbox SET event = jsonb_set(event, '{data,paid}', '4') WHERE key = ANY($1)`, [keys]);
    const both = await Promise.all(
      [1, 2].map(() => administrator().post('/v1/sample/dead-letters/replay', { reaction: 'CountPayments.on' })),
    );
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    expect(both.reduce((sum, { body }) => sum + (body as { replayed: number }).replayed, 0)).toBe(keys.length);
    for (const key of keys) await eventually(async () => expect(await effects(key)).toEqual([{ paid: 4 }]));
  });

  it('lets only an administrator handle dead letters', async () => {
    const stranger = service.as({ roles: ['organisation_admin'], scopes });
    expect((await stranger.get('/v1/sample/dead-letters')).status).toBe(403);
    expect((await stranger.post('/v1/sample/dead-letters/in-1/replay')).status).toBe(403);
    expect((await stranger.post('/v1/sample/dead-letters/replay', {})).status).toBe(403);
    expect((await service.anonymous.post('/v1/sample/dead-letters/replay', {})).status).toBe(401);
    expect((await service.anonymous.post('/v1/sample/dead-letters/in-1/skip', { reason: 'x' })).status).toBe(401);
    expect((await administrator().post('/v1/sample/dead-letters/x/skip', { reason: 'x' })).status).toBe(400);
    expect((await administrator().post('/v1/sample/dead-letters/1/skip', { reason: 'x' })).status).toBe(400);
  });
});

describe('a job', () => {
  it('handles due rows; a failing row blocks no other', async () => {
    await service.query(
      `INSERT INTO notes (id, version, organisation_id, title, lines, amount) SELECT gen_random_uuid(), 1, gen_random_uuid(), 'due', '[]', n FROM generate_series(5, 9) n`,
    );
    await service.runJobs();
    const amounts = await service.query<{ amount: string }>(`SELECT amount FROM notes WHERE title = 'due' ORDER BY amount`);
    expect(amounts.map(row => Number(row.amount))).toEqual([7, 50, 60, 80, 90]);
  });
});
