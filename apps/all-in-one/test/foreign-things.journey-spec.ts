import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { permissions, type Role } from '@ciep/contracts';
import { Bodies } from './bodies.js';
import { Cast, type Booking } from './journey.js';
import { Knocker, type Knock } from './knocker.js';
import { addressOf, type Operation } from './operations.js';
import { inOneProcess, type InOneProcess } from './start-in-one-process.js';

/** What belongs to the exhibitor of a real booking, by the address it has: nobody else may see or change any of it. */
let stage: InOneProcess;
let knocker: Knocker;
let bodies: Bodies;
let booking: Booking;
const things = new Map<string, string>();

/** Somebody with the right role, but of another organisation and region. */
const strangers: readonly Role[] = ['organisation_admin', 'organisation_member', 'individual', 'province_partner', 'zone_undertaker'];
const tokens = new Map<Role, string>();

const receiver = '127.0.0.1:9';

beforeAll(async () => {
  stage = await inOneProcess(receiver);
  knocker = await Knocker.at(stage);
  bodies = new Bodies(knocker.document.components.schemas);
  const cast = new Cast(stage);
  booking = await cast.bookUpToApproval();
  const { exhibitor, id } = booking;
  const invoice = await cast.untilInvoice(booking, 'open');
  const { body: me } = await exhibitor.get<{ organisation: { id: string } }>('/v1/identity/me');
  const { body: webhook } = await exhibitor.post<{ id: string }>('/v1/notification/webhooks', {
    url: `http://${receiver}`,
    eventTypes: ['ciep.exhibition.application.confirmed.v1'],
  });
  things.set('/v1/exhibition/applications/{id}', id);
  things.set('/v1/billing/invoices/{id}', invoice.id);
  things.set('/v1/identity/organisations/{id}', me.organisation.id);
  things.set('/v1/notification/webhooks/{id}', webhook.id);
  for (const role of strangers) {
    const stranger = {
      roles: [role],
      sub: randomUUID(),
      organisation: randomUUID(),
      region: role === 'province_partner' ? '220000' : undefined,
    };
    tokens.set(role, await knocker.sign(stranger));
  }
}, 90_000);
afterAll(() => stage.close());

const thingOf = ({ template }: Operation): [string, string] | undefined =>
  [...things].find(([prefix]) => template === prefix || template.startsWith(`${prefix}/`) || template.startsWith(`${prefix}.`));

const pathOf = (operation: Operation): string =>
  addressOf(operation, ({ name }) => (name === 'id' ? (thingOf(operation)?.[1] ?? '') : randomUUID()));

/** A body that fits; the booth in it is a real one, lest a stranger be refused for that alone. */
function bodyOf({ body, method }: Operation): Pick<Knock, 'body'> {
  if (!body) return method === 'GET' ? {} : { body: '{}' };
  const valid = bodies.valid(body) as Record<string, unknown>;
  return { body: JSON.stringify('boothId' in valid ? { ...valid, boothId: booking.boothId } : valid) };
}

/** Every operation on one of the things that a stranger's role lets him try. */
const tries = (): Knock[] =>
  knocker.operations
    .filter(operation => thingOf(operation) !== undefined)
    .flatMap(operation =>
      strangers
        .filter(role => operation.permission !== undefined && (permissions[operation.permission] as readonly Role[]).includes(role))
        .map(role => ({
          operation,
          what: `a strange ${role}`,
          token: tokens.get(role),
          path: pathOf(operation),
          ...bodyOf(operation),
        })),
    );

describe('What belongs to somebody', () => {
  it('is there for its owner', async () => {
    for (const [template, id] of things) await booking.exhibitor.get(template.replace('{id}', id));
  });

  it('does not exist for anybody else, whatever he tries', async () => {
    const before = await Promise.all([...things].map(([template, id]) => booking.exhibitor.get(template.replace('{id}', id))));
    const knocks = tries();
    expect(new Set(knocks.map(({ operation }) => operation.name)).size).toBeGreaterThan(25);
    await knocker.send(knocks, status => (status === 404 ? undefined : 'expected 404'));
    expect(knocker.takeComplaints()).toEqual([]);
    const after = await Promise.all([...things].map(([template, id]) => booking.exhibitor.get(template.replace('{id}', id))));
    expect(after.map(({ body }) => body)).toEqual(before.map(({ body }) => body));
  });

  it('is in nobody else’s lists', async () => {
    const lists = knocker.operations.filter(({ method, template }) => method === 'GET' && things.has(`${template}/{id}`));
    for (const operation of lists)
      for (const role of strangers) {
        const answer = await fetch(`${stage.url}${operation.template}?limit=200`, {
          headers: { authorization: `Bearer ${tokens.get(role)}` },
        });
        const text = await answer.text();
        for (const id of things.values()) expect([operation.name, role, text.includes(id)]).toEqual([operation.name, role, false]);
      }
    expect(lists.map(({ template }) => template).sort()).toEqual([...things.keys()].map(template => template.replace('/{id}', '')).sort());
  });
});
