// npm run tour: plays the story of a booth over the public API of a platform that runs, printing each call and its answer.
import type { Exchange } from './caller.js';
import { Story } from './story.js';
import { WebhookReceiver } from './webhook-receiver.js';

const url = process.env['CIEP_URL'] ?? 'http://localhost:3000';
const receiverPort = Number(process.env['TOUR_RECEIVER_PORT'] ?? 3999);
const region = '210000';

const shortened = (value: unknown): string => {
  const text = JSON.stringify(value) ?? '';
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
};
let last = '';
/** Of a look that is repeated until something happens, only the first is printed, and the last where it differs. */
const print = ({ who, method, path, sent, status, received }: Exchange): void => {
  const line = `${who} ${method} ${path} ${status} ${JSON.stringify(received)}`;
  if (method === 'GET' && line === last) return;
  last = line;
  console.log(`  ${who}: ${method} ${path}${sent === undefined ? '' : ` ${shortened(sent)}`}\n    → ${status} ${shortened(received)}`);
};
const chapter = (title: string): void => console.log(`\n${title}`);

async function play(): Promise<void> {
  const story = new Story(url, print);
  const portal = story.portal(region);
  const receiver = new WebhookReceiver();

  chapter('A portal subscribes to what happens in its region');
  const address = await receiver.listen(receiverPort);
  const { body: webhook } = await portal.post<{ id: string; version: number; secret: string }>('/v1/notification/webhooks', {
    url: address,
    eventTypes: ['ciep.exhibition.application.confirmed.v1'],
  });
  receiver.trust(webhook.secret);

  try {
    chapter('1. Register');
    const { exhibitor, registrant } = await story.register(region);
    chapter('2. Look around');
    const { booths, ...place } = await story.lookAround(region);
    chapter('3. Apply');
    const { id } = await story.apply(exhibitor, place, region);
    chapter('4. Endorse');
    await story.endorse(portal, { id, editionId: place.editionId });
    chapter('5. Decide');
    await story.decide(exhibitor, id, booths);
    chapter('6. Agree');
    await story.agree(exhibitor, id);
    chapter('7. Pay');
    await story.pay(exhibitor, id);
    chapter('8. Confirm');
    await story.untilStatus(exhibitor, id, 'confirmed');
    await story.mailTo(registrant.mail, mail => mail.template === 'application-confirmed');
    for (const end = Date.now() + 20_000; !receiver.delivered.some(({ event }) => event.data['applicationId'] === id);) {
      if (Date.now() > end) throw new Error('the webhook was not delivered');
      await new Promise(resolve => setTimeout(resolve, 100));
    }
    console.log('  the portal received the signed webhook');
    chapter('9. See');
    await exhibitor.get('/v1/exhibition/applications');
    await story.shenzhen.get('/v1/exhibition/applications/counts');
    await story.auditor.get(`/v1/exhibition/audit-entries?aggregateId=${id}`);
    chapter('Clean up');
    await story.withdraw(exhibitor, id);
  } finally {
    const { body } = await portal.get<{ version: number }>(`/v1/notification/webhooks/${webhook.id}`);
    await portal.delete(`/v1/notification/webhooks/${webhook.id}`, { ifMatch: body.version });
    await receiver.close();
  }
}

try {
  await play();
  console.log('\nThe story was played to its end.');
} catch (error) {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : undefined;
  const isDown = (cause as { code?: string } | undefined)?.code === 'ECONNREFUSED';
  console.error(
    isDown
      ? `\nNothing answers at ${url}. Start the platform first: npm start`
      : `\nThe story broke off. ${error instanceof Error ? error.message : String(error)}`,
  );
  process.exitCode = 1;
}
