import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { demoPassword } from '@ciep/identity';
import { registrationForm } from '../../tour/fresh-organisation.js';
import { openSession } from '../../tour/log-in.js';
import type { Client } from '../client.js';

interface Versioned {
  readonly id: string;
  readonly version: number;
}

type ClientOf = (who: string, persistent: boolean) => Client;

/** Other work besides applications, so that every service writes, publishes and consumes; each function is one turn of a loop. */
export function offices(client: ClientOf, { url }: { url: string }): (() => Promise<void>)[] {
  const organizer = client('shenzhen', false);
  const finance = client('finance', false);
  const anyone = client('anyone', true);
  const exhibitor = client('exhibitor-1', true);
  let webhookId: string | undefined;
  return [
    async () => {
      const { ok, body } = await organizer.get<{ items: (Versioned & { kind: string; at: string })[] }>(
        'milestones.list',
        '/v1/conference/editions/demo/milestones',
      );
      const milestone = ok ? body.items.find(({ kind }) => kind === 'year_end') : undefined;
      if (milestone) {
        const at = new Date(Date.parse(milestone.at) + 1_000).toISOString();
        const path = `/v1/conference/milestones/${milestone.id}/move`;
        await organizer.send({ name: 'milestone.move', method: 'POST', path, body: { at }, ifMatch: milestone.version });
      }
      await sleep(300);
    },
    async () => {
      webhookId ??= await firstWebhook(organizer);
      if (webhookId === undefined) return;
      const path = `/v1/notification/webhooks/${webhookId}`;
      const seen = await organizer.get<Versioned>('webhook.read', path);
      if (seen.ok)
        await organizer.send({
          name: 'webhook.change',
          method: 'PATCH',
          path,
          body: { description: randomUUID() },
          ifMatch: seen.body.version,
        });
      await sleep(300);
    },
    async () => {
      const me = await exhibitor.get<{ organisation?: { id: string } | null; organisationId?: string }>('me.read', '/v1/identity/me');
      const id = me.ok ? (me.body.organisation?.id ?? me.body.organisationId) : undefined;
      if (id === undefined) return;
      const path = `/v1/identity/organisations/${id}`;
      const seen = await exhibitor.get<Versioned>('organisation.read', path);
      const name = { zh: `北方示例 ${randomUUID()}`, en: `Northern Sample ${randomUUID()}` };
      if (seen.ok) await exhibitor.send({ name: 'organisation.change', method: 'PATCH', path, body: { name }, ifMatch: seen.body.version });
      await sleep(300);
    },
    async () => {
      const { ok, body } = await finance.get<{ items: { reference: string }[] }>('invoices.list', '/v1/billing/invoices?limit=20');
      const invoice = ok ? body.items[randomInt(Math.max(1, body.items.length))] : undefined;
      const mark = randomUUID();
      if (invoice)
        await finance.send({
          name: 'payment.record',
          method: 'POST',
          path: '/v1/billing/payments',
          mark,
          body: {
            account: '0000000000000000000',
            statementNumber: mark,
            receivedOn: new Date().toISOString().slice(0, 10),
            amount: { amount: 100, currency: 'CNY' },
            reference: invoice.reference,
            payer: 'Northern Sample Equipment',
          },
        });
      await sleep(500);
    },
    async () => {
      const { form } = registrationForm('210000', 'en');
      await anyone.send({ name: 'registration.register', method: 'POST', path: '/v1/identity/registrations', body: form });
      await sleep(2_000);
    },
    async () => {
      // Every service consumes the event of an ended login.
      const session = await openSession(url, 'auditor@demo.ciep.example', demoPassword).catch(() => undefined);
      await session?.logOut().catch(() => undefined);
      await sleep(1_500);
    },
    async () => {
      await organizer.get('applications.list', '/v1/exhibition/applications?limit=50&sort=-updatedAt');
      await sleep(100);
    },
  ];
}

async function firstWebhook(organizer: Client): Promise<string | undefined> {
  const { ok, body } = await organizer.get<{ items: Versioned[] }>('webhooks.list', '/v1/notification/webhooks');
  return ok ? body.items[0]?.id : undefined;
}
