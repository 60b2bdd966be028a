import { randomUUID } from 'node:crypto';
import { invoicePaid } from '@ciep/contracts';
import { eventually, startService, type TestService } from '@ciep/testing';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sample, scopes } from './sample.js';

let service: TestService;
beforeAll(async () => {
  service = await startService(sample);
});

const administrator = () => service.as({ roles: ['platform_admin'], scopes });
const path = '/v1/sample/dead-letters';
const amounts = async () =>
  (await service.query<{ paid: number }>('SELECT paid FROM payments WHERE invoice_id = $1 ORDER BY id', [key])).map(({ paid }) => paid);

let key: string;
let row: string;
let deadLetters: string;

/** Three events of one aggregate, of which the bus refused the first five times. */
beforeEach(async () => {
  key = randomUUID();
  const [first] = await service.query<{ id: string }>(
    `INSERT INTO outbox (event_id, topic, key, aggregate_type, aggregate_id, aggregate_version, seq, type, event, attempts, retry_at, dead_lettered_at, last_error)
     SELECT id, $2, $1::text, 'invoice', $1::uuid, version, 0, $3::text,
            jsonb_build_object('specversion', '1.0', 'id', id, 'source', '/billing', 'type', $3::text, 'subject', $1::text, 'time', now(), 'aggregateversion', version,
              'datacontenttype', 'application/json', 'data', jsonb_build_object('invoiceId', $1::text, 'applicationId', $1::text, 'editionId', $1::text,
              'organisationId', $1::text, 'regionCode', null, 'paid', version, 'overpaid', 0, 'currency', 'CNY')),
            CASE version WHEN 1 THEN 5 ELSE 0 END, CASE version WHEN 1 THEN timestamptz 'infinity' END, CASE version WHEN 1 THEN now() END,
            CASE version WHEN 1 THEN 'MESSAGE_TOO_LARGE' END
     FROM (SELECT gen_random_uuid() AS id, version FROM generate_series(1, 3) AS version) AS event ORDER BY version RETURNING id::text`,
    [key, invoicePaid.topic, invoicePaid.type],
  );
  row = first?.id ?? '';
  deadLetters = `out-${row}`;
});

describe('an outgoing dead letter', () => {
  it('is listed with its reason, and holds back later events of its aggregate', async () => {
    const { body } = await administrator().get(`${path}?type=${invoicePaid.type}&topic=${invoicePaid.topic}&limit=200`);
    const mine = (body.items as { key: string }[]).filter(item => item.key === key);
    expect(mine).toEqual([
      {
        id: deadLetters,
        direction: 'outgoing',
        reaction: null,
        topic: invoicePaid.topic,
        type: invoicePaid.type,
        key,
        event: expect.objectContaining({ subject: key, aggregateversion: 1 }),
        tries: 5,
        lastError: 'MESSAGE_TOO_LARGE',
        since: expect.any(String),
      },
    ]);
    expect((await administrator().get(`${path}?topic=ciep.nowhere.thing`)).body.items).toEqual([]);
    expect((await administrator().get(`${path}?direction=incoming&limit=200`)).body.items).toEqual([]);
    expect((await administrator().get(`${path}?reaction=CountPayments.on`)).body.items).toEqual([]);
    expect(await amounts()).toEqual([]);
  });

  it('is sent once after a replay, before the events that waited for it', async () => {
    expect((await administrator().post(`${path}/${deadLetters}/replay`)).status).toBe(204);
    await eventually(async () => expect(await amounts()).toEqual([1, 2, 3]));
    expect(await administrator().post(`${path}/${deadLetters}/replay`)).toMatchObject({
      status: 409,
      body: { code: 'dead_letter.not_open' },
    });
    expect(await administrator().post(`${path}/${deadLetters}/skip`, { reason: 'too late' })).toMatchObject({ status: 409 });
    expect(await amounts()).toEqual([1, 2, 3]);
  });

  it('is replayed with all others of its type and topic, at most as many as requested', async () => {
    const replay = async (body: object) =>
      (await administrator().post(`${path}/replay`, body)).body as { replayed: number; remaining: number };
    expect(await replay({ topic: 'ciep.nowhere.thing' })).toEqual({ replayed: 0, remaining: 0 });
    expect(await replay({ type: 'ciep.billing.invoice.voided.v1' })).toEqual({ replayed: 0, remaining: 0 });
    expect(await replay({ direction: 'incoming' })).toEqual({ replayed: 0, remaining: 0 });
    expect(await replay({ reaction: 'CountPayments.on' })).toEqual({ replayed: 0, remaining: 0 });
    const { remaining: others } = await replay({ topic: invoicePaid.topic, type: invoicePaid.type, limit: 1 });
    expect(await replay({})).toEqual({ replayed: others, remaining: 0 });
    await eventually(async () => expect(await amounts()).toEqual([1, 2, 3]));
    const [told] = await service.query<{ event_id: string }>('SELECT event_id FROM outbox WHERE id = $1', [row]);
    const { body } = await administrator().get(`/v1/sample/audit-entries?aggregateId=${told?.event_id}`);
    expect(body.items).toEqual([
      expect.objectContaining({ action: 'dead_letter:write', changes: { status: { before: 'dead_lettered', after: 'waiting' } } }),
    ]);
  });

  it('is skipped with a reason, which stays with it and in the audit trail', async () => {
    const twin = { key: randomUUID() };
    const skip = () => administrator().post(`${path}/${deadLetters}/skip`, { reason: 'nobody needs it' }, twin);
    expect((await skip()).status).toBe(204);
    await eventually(async () => expect(await amounts()).toEqual([2, 3]));
    const [skipped] = await service.query<{ event_id: string }>(
      `SELECT event_id, skipped_reason, skipped_at IS NOT NULL AS skipped, published_at FROM outbox WHERE id = $1`,
      [row],
    );
    expect(skipped).toMatchObject({ skipped_reason: 'nobody needs it', skipped: true, published_at: null });
    const { body } = await administrator().get(`/v1/sample/audit-entries?aggregateId=${skipped?.event_id}`);
    expect(body.items).toEqual([
      expect.objectContaining({
        action: 'dead_letter:write',
        aggregateType: 'outgoing_dead_letter',
        changes: { status: { before: 'dead_lettered', after: 'skipped' }, reason: { before: null, after: 'nobody needs it' } },
      }),
    ]);
    const mine = (await administrator().get(`${path}?limit=200`)).body.items as { key: string }[];
    expect(mine.filter(item => item.key === key)).toEqual([]);
  });

  it('can be handled only by administrators', async () => {
    const stranger = service.as({ roles: ['organisation_admin'], scopes });
    expect((await stranger.get(path)).status).toBe(403);
    expect((await stranger.post(`${path}/${deadLetters}/replay`)).status).toBe(403);
    expect((await stranger.post(`${path}/replay`, {})).status).toBe(403);
    expect((await service.as({ roles: ['auditor'], scopes }).post(`${path}/${deadLetters}/skip`, { reason: 'x' })).status).toBe(403);
    expect((await service.anonymous.post(`${path}/${deadLetters}/replay`)).status).toBe(401);
    expect((await administrator().post(`${path}/x/replay`)).status).toBe(400);
    expect(await administrator().post(`${path}/out-999999999/replay`)).toMatchObject({
      status: 404,
      body: { code: 'dead_letter.not_found' },
    });
  });
});
