import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { addressedEvents, eventCatalogue, portalEvents } from './catalogue.js';
import { defineEvent, eventsOf } from './event-type.js';

const fields = { paperId: z.uuid(), organisationId: z.uuid() };

describe(defineEvent.name, () => {
  it('accepts only its own fields as recipients', () => {
    const { recipients, title, topic } = defineEvent('forum.paper.accepted.v1', 'For the test.', z.object(fields), {
      concerns: { organisation: 'organisationId' },
    });
    expect({ recipients, title, topic }).toEqual({
      recipients: { concerns: { organisation: 'organisationId' } },
      title: 'forum.paper.accepted.v1',
      topic: 'ciep.forum.paper',
    });
    // @ts-expect-error -- no such field
    defineEvent('forum.paper.lost.v1', 'For the test.', z.object(fields), { concerns: { region: 'regionCode' } });
    // @ts-expect-error -- no such audience
    defineEvent('forum.paper.lost.v1', 'For the test.', z.object(fields), { concerns: { city: 'paperId' } });
    // @ts-expect-error -- no such field
    eventsOf('forum.paper', fields, { concerns: { person: 'authorId' } });
  });

  it('refuses an invalid name', () => {
    expect(() => defineEvent('forum.paper.v1', 'For the test.', z.object({}))).toThrow('is not an event name');
  });
});

describe(eventsOf.name, () => {
  it('makes events with the fields and recipients of their aggregate', () => {
    const accepted = eventsOf('forum.paper', fields, { concerns: { organisation: 'organisationId' }, portals: true })(
      'accepted',
      'For the test.',
      { room: z.string() },
    );
    expect([accepted.type, accepted.recipients.portals]).toEqual(['ciep.forum.paper.accepted.v1', true]);
    const data = { paperId: crypto.randomUUID(), organisationId: crypto.randomUUID(), room: 'B7' };
    expect(accepted(data)).toEqual({ type: accepted.type, data });
  });
});

describe('events with recipients', () => {
  it('name existing fields', () => {
    for (const { title, schema, recipients } of eventCatalogue.values()) {
      const { properties = {} } = z.toJSONSchema(schema) as { properties?: object };
      for (const field of [...Object.values(recipients.concerns ?? {}), recipients.mailsBy ?? []].flat())
        expect([title, Object.keys(properties)]).toEqual([title, expect.arrayContaining([field])]);
    }
  });

  it('for portals are about one application, with its organisation and region, or about a member of an organisation', () => {
    const aggregates = new Set(portalEvents.map(({ service, aggregate }) => `${service}.${aggregate}`));
    expect([...aggregates].sort()).toEqual(['billing.invoice', 'exhibition.agreement', 'exhibition.application', 'identity.member']);
    expect(portalEvents).toHaveLength(28);
    for (const { aggregate, recipients } of portalEvents)
      expect(recipients.concerns).toEqual({ organisation: 'organisationId', ...(aggregate !== 'member' && { region: 'regionCode' }) });
    expect(addressedEvents.filter(event => !portalEvents.includes(event)).map(({ title }) => title)).toEqual([
      'identity.account.closed.v1',
      'identity.invitation.requested.v1',
      'identity.mail_change.requested.v1',
      'identity.account.mail_changed.v1',
      'identity.account.password_changed.v1',
      'identity.password_recovery.requested.v1',
      'identity.role.granted.v1',
      'identity.role.revoked.v1',
      'identity.second_factor.added.v1',
      'identity.second_factor.removed.v1',
      'identity.verification.requested.v1',
    ]);
  });
});
