import { randomUUID } from 'node:crypto';
import { invoicePaid, invoiceVoided } from '@ciep/contracts';
import type { Message } from '@ciep/platform';
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

/** Makes what is waiting due now, so that no test waits for a back-off. */
const hurry = () => service.query(`UPDATE inbox SET due_at = clock_timestamp() WHERE status = 'waiting' AND due_at <> 'infinity'`);
async function untilParked(invoiceId: string): Promise<string> {
  return eventually(async () => {
    await hurry();
    const [row] = await service.query<{ id: string }>(`SELECT id FROM inbox WHERE key = $1 AND status = 'parked'`, [invoiceId]);
    if (!row) throw new Error('not parked yet');
    return row.id;
  }, 20_000);
}

describe('a reaction', () => {
  it('has one effect, however often its fact is delivered', async () => {
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

  it('is parked after eight failures, holds back only its own key, and goes on after the skip', async () => {
    const poison = randomUUID();
    const healthy = randomUUID();
    await service.receive(invoicePaid, paid(poison, 13));
    await service.receive(invoicePaid, paid(healthy, 2));
    const id = await untilParked(poison);
    await service.receive(invoicePaid, paid(poison, 3));
    expect([await effects(healthy), await effects(poison)]).toEqual([[{ paid: 2 }], []]);
    const { body } = await administrator().get('/v1/sample/parked-facts');
    expect(body.items).toEqual([
      expect.objectContaining({ id, type: invoicePaid.type, key: poison, tries: 8, lastError: 'thirteen is refused' }),
    ]);
    expect((await administrator().post(`/v1/sample/parked-facts/${id}/skip`, { reason: 'known to be wrong' })).status).toBe(204);
    await eventually(async () => expect(await effects(poison)).toEqual([{ paid: 3 }]));
  });

  it('is undone and tried again when an SQL error was swallowed inside it', async () => {
    const id = randomUUID();
    await service.receive(invoicePaid, paid(id, 14));
    const [row] = await service.query(`SELECT status, tries FROM inbox WHERE key = $1`, [id]);
    expect([row, await effects(id)]).toEqual([{ status: 'waiting', tries: 1 }, []]);
    await service.query(`DELETE FROM inbox WHERE key = $1`, [id]);
  });

  it('parks data that does not fit at once, and replays it after somebody mended it', async () => {
    const id = randomUUID();
    await service.receive(invoicePaid, { ...paid(id, 1), paid: 'much' } as never);
    const [row] = await service.query<{ id: string; status: string; tries: number }>(`SELECT id, status, tries FROM inbox WHERE key = $1`, [
      id,
    ]);
    expect(row).toMatchObject({ status: 'parked', tries: 1 });
    await service.query(`UPDATE inbox SET event = jsonb_set(event, '{data,paid}', '4') WHERE id = $1`, [row?.id]);
    expect((await administrator().post(`/v1/sample/parked-facts/${row?.id}/replay`)).status).toBe(204);
    await eventually(async () => expect(await effects(id)).toEqual([{ paid: 4 }]));
    expect(await administrator().post(`/v1/sample/parked-facts/${row?.id}/replay`)).toMatchObject({
      status: 409,
      body: { code: 'parked_fact.not_parked' },
    });
    expect(await administrator().post('/v1/sample/parked-facts/999999999/replay')).toMatchObject({
      status: 404,
      body: { code: 'parked_fact.not_found' },
    });
  });

  it('parks a type nobody knows, and says so when a replay still does not know it', async () => {
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
    expect(row).toMatchObject({ reaction: '?', status: 'parked' });
    expect((await administrator().post(`/v1/sample/parked-facts/${row?.id}/replay`)).status).toBe(409);
  });

  it('deals with many parked facts again at once, the oldest first, and leaves those that nobody knows', async () => {
    const keys = Array.from({ length: 5 }, () => randomUUID());
    for (const key of keys) await service.receive(invoicePaid, { ...paid(key, 1), paid: 'much' } as never);
    await service.receive(invoicePaid, paid(keys[0] ?? '', 9));
    // Kept by an earlier version of the service, which did not know the type.
    const unknown = randomUUID();
    await service.query(
      `INSERT INTO inbox (reaction, event_id, key, type, event, status)
       SELECT '?', gen_random_uuid(), $1, type, event || jsonb_build_object('subject', $1::text, 'data', event->'data' || jsonb_build_object('invoiceId', $1::text)), 'parked'
       FROM inbox WHERE key = $2 AND status = 'waiting'`,
      [unknown, keys[0]],
    );
    await service.query(`UPDATE inbox SET event = jsonb_set(event, '{data,paid}', '4') WHERE key = ANY($1) AND status = 'parked'`, [keys]);
    const left = await service.query(`SELECT 1 FROM inbox WHERE status = 'parked' AND key <> ALL($1)`, [[unknown, ...keys]]);
    const replay = async (body?: object) => (await administrator().post('/v1/sample/parked-facts/replay', body)).body as unknown;

    expect(await replay({ type: invoiceVoided.type })).toEqual({ replayed: 0, parked: 0 });
    expect(await replay({ reaction: 'CountPayments.on', limit: 2 })).toEqual({ replayed: 2, parked: 3 });
    await eventually(async () => expect(await effects(keys[0] ?? '')).toEqual([{ paid: 4 }, { paid: 9 }]));
    await eventually(async () => expect(await effects(keys[1] ?? '')).toEqual([{ paid: 4 }]));
    expect(await effects(keys[2] ?? '')).toEqual([]);
    expect(await replay({})).toEqual({ replayed: 4, parked: left.length });
    for (const key of keys.slice(1)) await eventually(async () => expect(await effects(key)).toEqual([{ paid: 4 }]));
    await eventually(async () => expect(await effects(unknown)).toEqual([{ paid: 9 }]));
    expect(await replay()).toEqual({ replayed: 0, parked: left.length });
    const entries = await service.query(
      `SELECT 1 FROM audit_entries WHERE aggregate_type = 'parked_inbox_fact' AND action = 'parked_fact:write'
        AND aggregate_id IN (SELECT event_id FROM inbox WHERE key = ANY($1))`,
      [[unknown, ...keys]],
    );
    expect(entries).toHaveLength(6);
    expect(await administrator().post('/v1/sample/parked-facts/replay', { limit: 1_001 })).toMatchObject({ status: 422 });
  });

  it('puts each parked fact back once when two operators ask at the same time', async () => {
    const keys = Array.from({ length: 6 }, () => randomUUID());
    for (const key of keys) await service.receive(invoicePaid, { ...paid(key, 1), paid: 'much' } as never);
    await service.query(`UPDATE inbox SET event = jsonb_set(event, '{data,paid}', '4') WHERE key = ANY($1)`, [keys]);
    const both = await Promise.all(
      [1, 2].map(() => administrator().post('/v1/sample/parked-facts/replay', { reaction: 'CountPayments.on' })),
    );
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    expect(both.reduce((sum, { body }) => sum + (body as { replayed: number }).replayed, 0)).toBe(keys.length);
    for (const key of keys) await eventually(async () => expect(await effects(key)).toEqual([{ paid: 4 }]));
  });

  it('lets only an administrator deal with parked facts', async () => {
    const stranger = service.as({ roles: ['organisation_admin'], scopes });
    expect((await stranger.get('/v1/sample/parked-facts')).status).toBe(403);
    expect((await stranger.post('/v1/sample/parked-facts/1/replay')).status).toBe(403);
    expect((await stranger.post('/v1/sample/parked-facts/replay', {})).status).toBe(403);
    expect((await service.anonymous.post('/v1/sample/parked-facts/replay', {})).status).toBe(401);
    expect((await service.anonymous.post('/v1/sample/parked-facts/1/skip', { reason: 'x' })).status).toBe(401);
    expect((await administrator().post('/v1/sample/parked-facts/x/skip', { reason: 'x' })).status).toBe(400);
  });
});

describe('a job', () => {
  it('works off what is due; a row that fails holds nobody up', async () => {
    await service.query(
      `INSERT INTO notes (id, version, organisation_id, title, lines, amount) SELECT gen_random_uuid(), 1, gen_random_uuid(), 'due', '[]', n FROM generate_series(5, 9) n`,
    );
    await service.runJobs();
    const amounts = await service.query<{ amount: string }>(`SELECT amount FROM notes WHERE title = 'due' ORDER BY amount`);
    expect(amounts.map(row => Number(row.amount))).toEqual([7, 50, 60, 80, 90]);
  });
});
