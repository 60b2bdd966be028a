import { oldEvents, copyOf, startService, unhandled, unreadable, type TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { notification } from '../src/notification.module.js';
import { urls } from './services.factory.js';
import { organizer } from './notification.factory.js';

let service: TestService;
beforeAll(async () => {
  service = await startService(notification, {
    now: '2023-03-01T09:00:00+08:00',
    settings: {
      ...urls('http://127.0.0.1:9'),
      NOTIFICATION_CLIENT_SECRET: 'secret-of-notification',
      NOTIFICATION_WEBHOOK_ALLOW: '127.0.0.1:9',
    },
  });
});

describe('events of earlier releases', () => {
  it('cause their mails and webhooks as before; all are handled and readable', async () => {
    const eventTypes = oldEvents().map(({ type }) => type);
    const { body } = await service.as(organizer()).get('/v1/notification/webhook-event-types');
    const types = (body.items as { type: string }[]).map(({ type }) => type).filter(type => eventTypes.includes(type));
    const made = await service
      .as(organizer())
      .post('/v1/notification/webhooks', { url: 'https://127.0.0.1:9/hook', description: 'x', eventTypes: types });
    expect([types.length > 20, made.status]).toEqual([true, 201]);
    for (const event of oldEvents()) await service.replay(copyOf(event, 1));
    const [counts] = await service.query<{ mails: number; templates: number; deliveries: number }>(
      `SELECT (SELECT count(*)::int FROM mails) AS mails, (SELECT count(DISTINCT template)::int FROM mails) AS templates,
              (SELECT count(DISTINCT event_type)::int FROM deliveries) AS deliveries`,
    );
    expect(counts?.templates).toBeGreaterThan(20);
    expect(counts?.deliveries).toBe(types.length);
    expect([await unhandled(service), await unreadable(service), await service.deadLetters()]).toEqual([[], [], []]);
  });
});
