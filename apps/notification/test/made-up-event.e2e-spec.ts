import { randomUUID } from 'node:crypto';
import { addressedEvents, applicationConfirmed, defineEvent, eventCatalogue, portalEvents, type EventType } from '@ciep/contracts';
import { ReactsTo } from '@ciep/platform';
import { startService, type TestService } from '@ciep/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { TellWebhooks } from '../src/deliveries/tell-webhooks.reaction.js';
import { Letters } from '../src/mails/letters.service.js';
import { WriteMails } from '../src/mails/write-mails.reaction.js';
import { notification } from '../src/notification.module.js';
import { Mailbox } from './mailbox.factory.js';
import { operator, organizer, exhibitor } from './notification.factory.js';
import { Receiver } from './receiver.factory.js';
import { clientSecret, ServicesStandIn, urls } from './services.factory.js';

// As in a contract: nothing else is needed but this and a template.
const visited = defineEvent(
  'exhibition.stand.visited.v1',
  'For the test: somebody came by.',
  z.object({
    standId: z.uuid(),
    applicationId: z.uuid(),
    organisationId: z.uuid(),
    hostId: z.uuid(),
    visitorId: z.uuid(),
    visits: z.int(),
  }),
  { concerns: { organisation: 'organisationId', unit: 'hostId', person: 'visitorId' }, portals: true },
);
/** It concerns people and has subscribers, but no template. */
const left = defineEvent('exhibition.stand.left.v1', 'For the test.', z.object({ standId: z.uuid(), organisationId: z.uuid() }), {
  concerns: { organisation: 'organisationId' },
  portals: true,
});

let service: TestService;
let others: ServicesStandIn;
let mailbox: Mailbox;
let portal: Receiver;

const lists = [addressedEvents, portalEvents] as EventType[][];
const added = [visited, left] as unknown as EventType[];
const catalogue = eventCatalogue as Map<string, EventType>;

/** Evaluates the lists of events again, as the next start of the service will: another spec file may have loaded these classes. */
function reloadReactions(): void {
  const [mailDescriptor, webhookDescriptor] = [WriteMails, TellWebhooks].map(({ prototype }) =>
    Object.getOwnPropertyDescriptor(prototype, 'on'),
  );
  ReactsTo(...addressedEvents)(WriteMails.prototype, 'on', mailDescriptor ?? {});
  ReactsTo(...portalEvents)(TellWebhooks.prototype, 'on', webhookDescriptor ?? {});
}

beforeAll(async () => {
  for (const event of added) {
    catalogue.set(event.type, event);
    for (const list of lists) list.push(event);
  }
  reloadReactions();
  others = await ServicesStandIn.start();
  mailbox = await Mailbox.start();
  portal = await Receiver.start();
  service = await startService(notification, {
    settings: {
      ...urls(others.url),
      NOTIFICATION_CLIENT_SECRET: clientSecret,
      NOTIFICATION_SMTP_URL: mailbox.url,
      NOTIFICATION_WEBHOOK_ALLOW: portal.pair,
    },
  });
  service.find(Letters).read(new URL('./made-up-templates/', import.meta.url));
});

afterAll(() => {
  for (const { type } of added) catalogue.delete(type);
  for (const list of lists) list.splice(-added.length);
  reloadReactions();
});

describe('an event without code in notification', () => {
  it('causes a mail for everybody whom it concerns and who has a template, and a delivery for each subscribed endpoint', async () => {
    const [organisationId, hostId, visitorId] = [randomUUID(), randomUUID(), randomUUID()];
    others.knows({ mail: 'exhibitor@portal.example', language: 'en', name: 'Exhibitor' }, organisationId);
    others.knows({ mail: 'host@portal.example', language: 'zh', name: '主办' }, hostId);
    others.knows({ mail: 'visitor@portal.example', language: 'en', name: 'Visitor' }, visitorId);
    const [known, eventTypes] = [applicationConfirmed.type, [visited.type, left.type]];
    for (const [hook, caller] of [
      ['/exhibitor', exhibitor(organisationId)],
      ['/host', exhibitor(hostId)],
      ['/organizer', organizer()],
      ['/stranger', exhibitor()],
    ] as const)
      expect((await service.as(caller).post('/v1/notification/webhooks', { url: portal.url(hook), eventTypes: [known] })).status).toBe(201);
    // The list for request validation is older than these events.
    await service.query('UPDATE webhooks SET event_types = $1', [JSON.stringify(eventTypes)]);
    const data = { standId: randomUUID(), applicationId: randomUUID(), organisationId, hostId, visitorId, visits: 3 };
    await service.receive(visited, data, { times: 2 });
    await service.runJobs();

    const arrived = mailbox.take().map(({ to, mail }) => [to[0], mail.subject, mail.text?.split('\n').slice(0, 3).join(' ')]);
    expect(arrived.sort()).toEqual([
      ['exhibitor@portal.example', 'You had 3 visits', 'Dear Exhibitor,  Your stand of application 21-000123 had 3 visits.'],
      ['host@portal.example', '展位有人来访', '主办，您好：  某机构的展位有人来访。'],
      ['visitor@portal.example', 'Thank you for coming', 'Dear Visitor,  We hope to see you again.'],
    ]);
    const { body } = await service.as(operator()).get('/v1/notification/mails?sort=createdAt');
    expect(body.items.map(({ template }: { template: string }) => template).sort()).toEqual(
      ['organisation', 'person', 'unit'].map(audience => `exhibition.stand.visited.v1.${audience}`),
    );
    expect(others.asked).toContain(`/internal/contacts?personId=${visitorId}`);
    const hooks = ['/exhibitor', '/host', '/organizer', '/stranger'].map(hook =>
      portal.at(hook).map(({ body: sent }) => JSON.parse(sent).type),
    );
    expect(hooks).toEqual([[visited.type], [visited.type], [visited.type], []]);
  });

  it('causes no mail without a template', async () => {
    const organisationId = others.knows({ mail: 'nobody@portal.example', language: 'en' });
    await service.receive(left, { standId: randomUUID(), organisationId });
    await service.runJobs();
    expect(mailbox.take()).toEqual([]);
    expect(portal.at('/organizer').map(({ body }) => JSON.parse(body).type)).toEqual([left.type]);
  });
});
