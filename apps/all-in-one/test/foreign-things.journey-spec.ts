import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { permissions, roles, seeds, type Role } from '@ciep/contracts';
import { Bodies } from './bodies.js';
import { forgedHeaders } from './forged-headers.js';
import { Cast, type Booking } from './journey.js';
import { Knocker, type Knock } from './knocker.js';
import { addressOf, operationsOf, type Operation } from './operations.js';
import { boundRoles, narrowedReads, ofUnknownOwner, ownedKindOf, ownedKinds, relations, sees, type Relation } from './ownership.js';
import { inOneProcess, type InOneProcess } from './start-in-one-process.js';

/** What belongs to the exhibitor of a real booking, tried by every role that has the permission, from near and far. */
let stage: InOneProcess;
let knocker: Knocker;
let bodies: Bodies;
let booking: Booking;
let organisationId: string;
/** Ids of real things, by the path of one of them. */
const things = new Map<string, string>();
/** Ids of what lies below them, by the name of the parameter. */
const below = new Map<string, string>();

const receiver = '127.0.0.1:9';

beforeAll(async () => {
  stage = await inOneProcess(receiver);
  knocker = await Knocker.at(stage);
  bodies = new Bodies(knocker.document.components.schemas);
  const cast = new Cast(stage);
  booking = await cast.bookUpToApproval();
  const { exhibitor, id } = booking;
  await cast.story.agree(exhibitor, id);
  const invoice = await cast.untilInvoice(booking, 'open');
  const { body: me } = await exhibitor.get<{ organisation: { id: string } }>('/v1/identity/me');
  const { body: webhook } = await exhibitor.post<{ id: string }>('/v1/notification/webhooks', {
    url: `http://${receiver}`,
    eventTypes: ['ciep.exhibition.application.confirmed.v1'],
  });
  const { body: ping } = await exhibitor.post<{ id: string }>(`/v1/notification/webhooks/${webhook.id}/ping`);
  const { body: agreement } = await exhibitor.get<{ scans: { id: string }[] }>(`/v1/exhibition/applications/${id}/agreement`);
  organisationId = me.organisation.id;
  things.set('/v1/exhibition/applications/{id}', id);
  things.set('/v1/billing/invoices/{id}', invoice.id);
  things.set('/v1/identity/organisations/{id}', organisationId);
  things.set('/v1/notification/webhooks/{id}', webhook.id);
  below.set('scanId', agreement.scans[0]?.id ?? '').set('deliveryId', ping.id);
});
afterAll(() => stage.close());

const admits = ({ permission }: Operation, role: Role): boolean =>
  permission !== undefined && (permissions[permission] as readonly Role[]).includes(role);

/** A token of somebody of a role who stands in a relation to the booking; undertakers of its board are the unit of its region. */
function tokenOf(role: Role, { isOwnOrganisation, isOwnRegion }: Relation, kind?: string): Promise<string> {
  const owner = role === 'zone_undertaker' && kind === 'application' ? seeds.partnerOf('210000') : organisationId;
  return knocker.sign({
    roles: [role],
    sub: randomUUID(),
    organisation: isOwnOrganisation ? owner : randomUUID(),
    region: isOwnRegion ? '210000' : '220000',
  });
}

const pathOf = (operation: Operation): string =>
  addressOf(operation, ({ name }) => below.get(name) ?? things.get(ownedKindOf(operation)?.one ?? '') ?? '');

/** A body that fits; the booth in it is a real one, lest a stranger be refused for that alone. */
function bodyOf({ body, method }: Operation): Pick<Knock, 'body'> {
  if (!body) return method === 'GET' ? {} : { body: '{}' };
  const valid = bodies.valid(body) as Record<string, unknown>;
  return { body: JSON.stringify('boothId' in valid ? { ...valid, boothId: booking.boothId } : valid) };
}

interface Try extends Knock {
  readonly role: Role;
  readonly relation: Relation;
  readonly isSeen: boolean;
}

/** Every operation on what belongs to somebody × every role that has its permission × every relation. */
async function matrix(): Promise<Try[]> {
  const tries = knocker.operations.flatMap(operation => {
    const owned = ownedKindOf(operation);
    if (!owned) return [];
    return roles
      .filter(role => admits(operation, role))
      .flatMap(role =>
        relations.map(async relation => ({
          operation,
          role,
          relation,
          isSeen: sees(owned, role, relation),
          what: `${role}, ${relation.name}`,
          token: await tokenOf(role, relation, owned.kind),
          path: pathOf(operation),
          // A version that is not the present one: who sees the thing hears of that, and nothing is changed.
          headers: { 'if-match': operation.takesVersion ? '"999999"' : undefined },
          ...bodyOf(operation),
        })),
      );
  });
  return Promise.all(tries);
}

const ownView = () => Promise.all([...things].map(async ([one, id]) => (await booking.exhibitor.get(one.replace('{id}', id))).body));
const isHidden = (status: number) => (status === 404 ? undefined : 'expected 404');
const directly = ({ template }: Operation): string => stage.platform.running.get(template.split('/')[2] ?? '')?.url ?? '';

describe('What belongs to somebody', () => {
  it('is known for every operation on one thing: somebody’s, or nobody’s in particular', () => {
    expect(ofUnknownOwner(knocker.operations)).toEqual([]);
    expect([...things.keys()]).toEqual(ownedKinds.map(({ one }) => one));
  });

  it('negative control: an operation on a thing of which nobody said whose it is, is found', () => {
    const parameters = [{ name: 'id', in: 'path', schema: { format: 'uuid' } }] as const;
    const paths = { '/v1/exhibition/diaries/{id}': { get: { parameters } } };
    expect(ofUnknownOwner(operationsOf({ paths, components: { schemas: {} } }))).toEqual(['get /v1/exhibition/diaries/{id}']);
  });

  it('does not exist for anybody else, whatever he tries', async () => {
    const before = await ownView();
    const hidden = (await matrix()).filter(({ isSeen }) => !isSeen);
    expect(new Set(hidden.map(({ operation }) => operation.name)).size).toBeGreaterThan(25);
    await knocker.send(hidden, isHidden);
    expect(knocker.takeComplaints()).toEqual([]);
    expect(await ownView()).toEqual(before);
  });

  it('does not exist for him either when he goes past the gateway and says in headers that he is the owner', async () => {
    const before = await ownView();
    const hidden = (await matrix()).filter(({ isSeen, relation }) => !isSeen && !relation.isOwnOrganisation && !relation.isOwnRegion);
    for (const forged of forgedHeaders(knocker.given.access_token, { organisation: organisationId, region: '210000' }))
      await knocker.send(
        hidden.map(knock => ({ ...knock, base: directly(knock.operation), headers: { ...knock.headers, ...forged } })),
        isHidden,
      );
    expect(knocker.takeComplaints()).toEqual([]);
    expect(await ownView()).toEqual(before);
  });

  it('is not even refused by name to who has no token', async () => {
    const owned = knocker.operations.filter(operation => ownedKindOf(operation));
    const knocks = owned.map(operation => ({ operation, what: 'nobody', path: pathOf(operation), ...bodyOf(operation) }));
    await knocker.send(knocks, status => (status === 401 ? undefined : 'expected 401'));
    expect(knocker.takeComplaints()).toEqual([]);
  });

  it('is in nobody else’s lists, counts and files', async () => {
    const reads = narrowedReads(knocker.operations, admits);
    expect(reads.map(({ template }) => template)).toEqual(
      expect.arrayContaining([...things.keys()].slice(0, 2).map(one => one.replace('/{id}', ''))),
    );
    const [, , , farAway] = relations;
    for (const operation of reads)
      for (const role of boundRoles.filter(bound => admits(operation, bound))) {
        const authorization = `Bearer ${await tokenOf(role, farAway as Relation)}`;
        const answer = await fetch(stage.url + operation.template, { headers: { authorization } });
        const text = await answer.text();
        expect([operation.name, role, answer.status]).toEqual([operation.name, role, 200]);
        for (const id of [...things.values(), booking.boothId])
          expect([operation.name, role, text.includes(id)]).toEqual([operation.name, role, false]);
        if (operation.template.endsWith('/counts'))
          expect([operation.name, text]).toEqual([operation.name, expect.stringContaining('"total":0')]);
      }
  });

  it('is there for its owner, and for whoever’s task it is', async () => {
    const [own] = relations;
    const seen = (await matrix()).filter(({ isSeen, relation }) => isSeen && relation === own);
    expect(new Set(seen.map(({ operation }) => operation.name))).toEqual(
      new Set(knocker.operations.filter(operation => ownedKindOf(operation)).map(({ name }) => name)),
    );
    // One after the other: some of them change what the next one sees.
    for (const knock of seen)
      await knocker.send([knock], status => ([401, 403, 404, 500].includes(status) ? 'expected to get through' : undefined));
    expect(knocker.takeComplaints()).toEqual([]);
  });
});
