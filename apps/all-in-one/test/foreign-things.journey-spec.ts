import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { permissions, roles, seeds, type Role } from '@ciep/contracts';
import { Bodies } from './bodies.js';
import { forgedHeaders } from './forged-headers.js';
import { Cast, type Booking } from './journey.js';
import { ApiProber, type ProbeRequest } from './api-prober.js';
import { addressOf, operationsOf, type Operation } from './operations.js';
import { boundRoles, narrowedReads, ofUnknownOwner, ownedKindOf, ownedKinds, relations, sees, type Relation } from './ownership.js';
import { inOneProcess, type InOneProcess } from './start-in-one-process.js';

/** Tries the resources of a real booking's exhibitor as every role with the permission, own and foreign. */
let stage: InOneProcess;
let prober: ApiProber;
let bodies: Bodies;
let booking: Booking;
let organisationId: string;
/** Ids of real resources, by path. */
const things = new Map<string, string>();
/** Ids of their sub-resources, by parameter name. */
const below = new Map<string, string>();

const receiver = '127.0.0.1:9';

beforeAll(async () => {
  stage = await inOneProcess(receiver);
  prober = await ApiProber.at(stage);
  bodies = new Bodies(prober.document.components.schemas);
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
  const own = `/v1/identity/organisations/${organisationId}`;
  const { body: members } = await exhibitor.get<{ items: { id: string }[] }>(`${own}/members`);
  const { body: invitation } = await exhibitor.post<{ id: string }>(`${own}/invitations`, {
    mail: 'invited@example.org',
    language: 'en',
    roles: ['organisation_member'],
  });
  things.set('/v1/exhibition/applications/{id}', id);
  things.set('/v1/billing/invoices/{id}', invoice.id);
  things.set('/v1/identity/organisations/{id}', organisationId);
  things.set('/v1/notification/webhooks/{id}', webhook.id);
  below.set('scanId', agreement.scans[0]?.id ?? '').set('deliveryId', ping.id);
  below.set('memberId', members.items[0]?.id ?? '').set('invitationId', invitation.id);
});
afterAll(() => stage.close());

const admits = ({ permission }: Operation, role: Role): boolean => permission !== undefined && permissions[permission].includes(role);

/** A token of a role in a relation to the booking; the undertaker of its board is the unit of its region. */
function tokenOf(role: Role, { isOwnOrganisation, isOwnRegion }: Relation, kind?: string): Promise<string> {
  const owner = role === 'zone_undertaker' && kind === 'application' ? seeds.partnerOf('210000') : organisationId;
  return prober.sign({
    roles: [role],
    sub: randomUUID(),
    organisation: isOwnOrganisation ? owner : randomUUID(),
    region: isOwnRegion ? '210000' : '220000',
  });
}

const pathOf = (operation: Operation): string =>
  addressOf(operation, ({ name }) => below.get(name) ?? things.get(ownedKindOf(operation)?.one ?? '') ?? '');

/** A valid body with a real booth id, so that a stranger is not refused for the booth alone. */
function bodyOf({ body, method }: Operation): Pick<ProbeRequest, 'body'> {
  if (!body) return method === 'GET' ? {} : { body: '{}' };
  const valid = bodies.valid(body) as Record<string, unknown>;
  return { body: JSON.stringify('boothId' in valid ? { ...valid, boothId: booking.boothId } : valid) };
}

interface Try extends ProbeRequest {
  readonly role: Role;
  readonly relation: Relation;
  readonly isSeen: boolean;
}

/** Every operation on an owned resource × every role with its permission × every relation. */
async function matrix(): Promise<Try[]> {
  const tries = prober.operations.flatMap(operation => {
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
          // A stale version: a caller who may see the resource gets 412, and nothing changes.
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

describe('an owned resource', () => {
  it('has a declared owner, or none in particular, for every operation on one resource', () => {
    expect(ofUnknownOwner(prober.operations)).toEqual([]);
    expect([...things.keys()]).toEqual(ownedKinds.map(({ one }) => one));
  });

  it('negative control: reports an operation without a declared owner', () => {
    const parameters = [{ name: 'id', in: 'path', schema: { format: 'uuid' } }] as const;
    const paths = {
      '/v1/exhibition/diaries/{id}': { get: { parameters }, put: { parameters, 'x-permission': 'application:apply' as const } },
      // Nobody who sees only a part has this permission.
      '/v1/exhibition/ledgers/{id}': { get: { parameters, 'x-permission': 'payment:read' as const } },
    };
    expect(ofUnknownOwner(operationsOf({ paths, components: { schemas: {} } }))).toEqual([
      'get /v1/exhibition/diaries/{id}',
      'put /v1/exhibition/diaries/{id}',
    ]);
  });

  it('answers 404 to everybody else, for every operation', async () => {
    const before = await ownView();
    const hidden = (await matrix()).filter(({ isSeen }) => !isSeen);
    expect(new Set(hidden.map(({ operation }) => operation.name)).size).toBeGreaterThan(25);
    await prober.send(hidden, isHidden);
    expect(prober.takeComplaints()).toEqual([]);
    expect(await ownView()).toEqual(before);
  });

  it('answers 404 at the service itself, too, when headers claim to be the owner', async () => {
    const before = await ownView();
    const hidden = (await matrix()).filter(({ isSeen, relation }) => !isSeen && !relation.isOwnOrganisation && !relation.isOwnRegion);
    for (const forged of forgedHeaders(prober.given.access_token, { organisation: organisationId, region: '210000' }))
      await prober.send(
        hidden.map(probe => ({ ...probe, base: directly(probe.operation), headers: { ...probe.headers, ...forged } })),
        isHidden,
      );
    expect(prober.takeComplaints()).toEqual([]);
    expect(await ownView()).toEqual(before);
  });

  it('answers 401 without a token, although the id exists', async () => {
    const owned = prober.operations.filter(operation => ownedKindOf(operation));
    const probes = owned.map(operation => ({ operation, what: 'nobody', path: pathOf(operation), ...bodyOf(operation) }));
    await prober.send(probes, status => (status === 401 ? undefined : 'expected 401'));
    expect(prober.takeComplaints()).toEqual([]);
  });

  it('is missing from other callers’ lists, counts and files', async () => {
    const reads = narrowedReads(prober.operations, admits);
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

  it('is visible to its owner and to the roles whose task it is', async () => {
    const [own] = relations;
    const seen = (await matrix()).filter(({ isSeen, relation }) => isSeen && relation === own);
    expect(new Set(seen.map(({ operation }) => operation.name))).toEqual(
      new Set(prober.operations.filter(operation => ownedKindOf(operation)).map(({ name }) => name)),
    );
    // One after the other, because some of them change what the next one sees.
    for (const probe of seen)
      await prober.send([probe], status => ([401, 403, 404, 500].includes(status) ? 'expected to get through' : undefined));
    expect(prober.takeComplaints()).toEqual([]);
  });
});
