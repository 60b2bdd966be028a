import { oldFacts, retold, startService, unheard, unreadable, type TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { notification } from '../src/notification.module.js';
import { organizer } from './notification.factory.js';

let service: TestService;
beforeAll(async () => {
  service = await startService(notification, {
    now: '2023-03-01T09:00:00+08:00',
    settings: {
      IDENTITY_URL: 'http://127.0.0.1:9',
      NOTIFICATION_CLIENT_SECRET: 'secret-of-notification',
      NOTIFICATION_WEBHOOK_ALLOW: '127.0.0.1:9',
    },
  });
});

describe('facts that earlier releases told', () => {
  it('order the mails and webhooks that they always did; none is left, none is unreadable', async () => {
    const eventTypes = oldFacts().map(({ type }) => type);
    const { body } = await service.as(organizer()).get('/v1/notification/webhook-event-types');
    const told = (body.items as { type: string }[]).map(({ type }) => type).filter(type => eventTypes.includes(type));
    const made = await service
      .as(organizer())
      .post('/v1/notification/webhooks', { url: 'https://127.0.0.1:9/hook', description: 'x', eventTypes: told });
    expect([told.length > 20, made.status]).toEqual([true, 201]);
    for (const fact of oldFacts()) await service.replay(retold(fact, 1));
    const [counts] = await service.query<{ mails: number; templates: number; deliveries: number }>(
      `SELECT (SELECT count(*)::int FROM mails) AS mails, (SELECT count(DISTINCT template)::int FROM mails) AS templates,
              (SELECT count(DISTINCT event_type)::int FROM deliveries) AS deliveries`,
    );
    expect(counts?.templates).toBeGreaterThan(20);
    expect(counts?.deliveries).toBe(told.length);
    expect([await unheard(service), await unreadable(service), await service.parked()]).toEqual([[], [], []]);
  });
});
