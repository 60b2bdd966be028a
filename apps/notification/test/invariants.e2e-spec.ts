import { randomUUID } from 'node:crypto';
import { startService, type TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { notification } from '../src/notification.module.js';
import { urls } from './services.factory.js';

let service: TestService;

beforeAll(async () => {
  service = await startService(notification, {
    settings: { ...urls('http://127.0.0.1:9'), NOTIFICATION_CLIENT_SECRET: 'nobody asks identity here' },
  });
});

const minutesAgo = (minutes: number): Date => new Date(service.clock.now().getTime() - minutes * 60_000);

const aMail = async (dueAt: Date): Promise<string> => {
  const id = randomUUID();
  await service.query(
    `INSERT INTO mails (id, event_id, template, recipient_kind, recipient_key, data, status, due_at) VALUES ($1, $1, 'billing.invoice.paid.v1.organisation', 'organisation', 'x', '{}', 'waiting', $2)`,
    [id, dueAt],
  );
  return id;
};

const aDelivery = async (dueAt: Date, status: 'enabled' | 'disabled'): Promise<string> => {
  const [id, webhook] = [randomUUID(), randomUUID()];
  await service.query(
    `INSERT INTO webhooks (id, organisation_id, audience, url, description, event_types, status, disabled_by, secret)
     VALUES ($1, $1, 'organisation', 'https://receiver.example', '', '["ciep.test.v1"]', $2::text, CASE $2::text WHEN 'disabled' THEN 'owner' END, 'v1.x')`,
    [webhook, status],
  );
  await service.query(
    `INSERT INTO deliveries (id, webhook_id, event_id, event_type, subject, kind, body, status, due_at) VALUES ($1, $2, $1, 'ciep.test.v1', 'x', 'event', '{}', 'waiting', $3)`,
    [id, webhook, dueAt],
  );
  return id;
};

describe('the auditor of notification', () => {
  it('finds mails without attempts', async () => {
    await aMail(minutesAgo(14));
    expect(await service.running.audit()).toEqual([]);
    const id = await aMail(minutesAgo(16));
    expect(await service.running.audit()).toEqual([{ invariant: 'mail_is_tried_in_time', count: 1, ids: [id] }]);
    await service.query('DELETE FROM mails');
  });

  it('finds deliveries without attempts, unless their endpoint is disabled', async () => {
    await aDelivery(minutesAgo(59), 'enabled');
    await aDelivery(minutesAgo(61), 'disabled');
    expect(await service.running.audit()).toEqual([]);
    const id = await aDelivery(minutesAgo(61), 'enabled');
    expect(await service.running.audit()).toEqual([{ invariant: 'webhook_is_tried_in_time', count: 1, ids: [id] }]);
  });
});
