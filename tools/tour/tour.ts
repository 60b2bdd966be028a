// npm run tour: plays the story of a booth over the public API of a running platform, and prints each call with its answer.
import type { Exchange } from './caller.js';
import { transcriptOf } from './transcript.js';
import { People } from './people.js';
import { Story } from './story.js';
import { tourReceiver, WebhookReceiver } from './webhook-receiver.js';

const url = process.env['CIEP_URL'] ?? 'http://localhost:3000';
const receiverPort = Number(process.env['TOUR_RECEIVER_PORT'] ?? tourReceiver.port);
const region = '210000';

let last = '';
/** Of a repeated query, prints only the first answer, and the last if it differs. */
const print = (exchange: Exchange): void => {
  const line = transcriptOf(exchange);
  if (exchange.method === 'GET' && line === last) return;
  last = line;
  console.log(line);
};
const chapter = (title: string, whatHappens?: string): void => console.log(`\n${title}${whatHappens ? `\n  ${whatHappens}` : ''}`);

/** Undoes the steps so far in reverse order, also if the story fails. */
const leftToUndo: (() => Promise<unknown>)[] = [];

async function play(): Promise<void> {
  const story = new Story(url, print);
  const portal = story.portal(region);
  const receiver = new WebhookReceiver();

  chapter('A portal subscribes to what happens in its region', 'Its secret is shown once; deliveries are signed with it.');
  const address = await receiver.listen(receiverPort);
  leftToUndo.push(() => receiver.close());
  const { body: webhook } = await portal.post<{ id: string; version: number; secret: string }>('/v1/notification/webhooks', {
    url: address,
    eventTypes: ['ciep.exhibition.application.confirmed.v1'],
  });
  leftToUndo.push(async () => {
    const { body } = await portal.get<{ version: number }>(`/v1/notification/webhooks/${webhook.id}`);
    await portal.delete(`/v1/notification/webhooks/${webhook.id}`, { ifMatch: body.version });
  });
  receiver.trust(webhook.secret);

  chapter(
    '1. Register',
    'An enterprise registers, opens the link in its mail, chooses a password, and logs in (OpenID Connect, code with PKCE).',
  );
  const { exhibitor, registrant } = await story.register(region);
  chapter('2. Look around', 'Anybody may: the edition, its dates, the tree of zones and boards, the free booths with prices.');
  const { booths, ...place } = await story.lookAround(region);
  chapter('3. Apply', 'A draft; the self-check names everything that is missing at once; completed and handed in.');
  const { id } = await story.apply(exhibitor, place, region);
  leftToUndo.push(() => story.withdraw(exhibitor, id));
  chapter('4. Endorse', 'The portal of the province takes one of its ten places.');
  await story.endorse(portal, { id, editionId: place.editionId });
  chapter('5. Decide', 'The organizer asks for a correction, gets it, and approves for a booth.');
  await story.decide(exhibitor, id, booths);
  chapter('6. Agree', 'The agreement is printed and stamped, its scan uploaded, the original posted, the seal verified.');
  await story.agree(exhibitor, id);
  chapter('7. Pay', 'The invoice was opened by what happened in step 5; the finance clerk records the transfer.');
  await story.pay(exhibitor, id);
  chapter('8. Confirm', 'Seal verified and invoice paid: the booth is confirmed, the exhibitor gets a mail, the portal a signed webhook.');
  await story.untilStatus(exhibitor, id, 'confirmed');
  await story.mailTo(registrant.mail, mail => mail.template === 'exhibition.application.confirmed.v1.organisation');
  for (const end = Date.now() + 20_000; !receiver.delivered.some(({ event }) => event.data?.['applicationId'] === id);) {
    if (Date.now() > end) throw new Error('the webhook was not delivered');
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  console.log('  the portal received the webhook: its signature is right, and it is a CloudEvent');
  chapter('9. See', 'The exhibitor its own list, the organizer the counts, the auditor who did what.');
  await exhibitor.get('/v1/exhibition/applications');
  await story.shenzhen.get('/v1/exhibition/applications/counts');
  await story.auditor.get(`/v1/exhibition/audit-entries?aggregateId=${id}`);

  const people = new People(story, print);
  chapter('10. Invite a colleague', 'The exhibitor invites by mail; the colleague accepts by the link, with a password of their own.');
  const colleague = await people.invite(exhibitor);
  chapter('11. Add a second factor', 'The secret goes into an authenticator app; a first code of it yields recovery codes.');
  const [recoveryCode] = await people.addSecondFactor(colleague);
  chapter(
    '12. Lend a role',
    'The platform appoints the colleague for a day, who logs in with a recovery code; then the role is taken back.',
  );
  await people.lendRole(colleague, recoveryCode);
}

async function cleanUp(): Promise<void> {
  if (leftToUndo.length > 0) chapter('Clean up', 'The booth, the place of the province and the webhook are given back.');
  for (const undo of leftToUndo.splice(0).reverse()) {
    await undo().catch((error: unknown) =>
      console.error(`  could not be undone: ${error instanceof Error ? error.message : String(error)}`),
    );
  }
}

function complain(error: unknown): void {
  const { message, cause } = error instanceof Error ? error : new Error(String(error));
  const code = [error, cause].map(one => (one as { code?: string } | undefined)?.code).find(one => one !== undefined);
  const taken = `Port ${receiverPort}, where the tour receives webhooks, is taken; perhaps another tour plays. Wait for it.`;
  const down = `Nothing answers at ${url}. Start the platform first (npm start), or say where it is: CIEP_URL=http://localhost:3100 npm run tour`;
  const known = code === 'ECONNREFUSED' ? down : code === 'EADDRINUSE' ? taken : `The story broke off. ${message}`;
  console.error(`\n${known}`);
  process.exitCode = 1;
}

try {
  await play().finally(cleanUp);
  console.log('\nThe story was played to its end.');
} catch (error) {
  complain(error);
}
