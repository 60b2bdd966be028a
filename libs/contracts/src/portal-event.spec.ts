import { describe, expect, it } from '@jest/globals';
import { portalEvents } from './catalogue.js';
import { applicationApproved } from './exhibition/events.js';
import type { EventType } from './event-type.js';
import { portalDataSchema, portalEvent, portalEventSchema } from './portal-event.js';

const id = (last: number) => `01860000-0000-7000-8000-00000000000${last}`;
const { type, data } = applicationApproved({
  applicationId: id(1),
  editionId: id(2),
  organisationId: id(3),
  boardId: id(4),
  regionCode: '210000',
  allocationId: id(5),
  boothId: id(6),
  boothNumber: 'A101',
  boothType: 'standard',
  areaDm2: 900,
  payBy: '2026-04-01',
});
const ids = { applicationId: id(1), editionId: id(2), organisationId: id(3), boardId: id(4), allocationId: id(5), boothId: id(6) };
const attributes = { id: id(9), source: '/exhibition', type, subject: id(1), time: '2026-03-01T00:00:00.000Z', aggregateversion: 7 };

describe(portalEvent.name, () => {
  it('keeps the attributes of an event and of its data the ids', () => {
    const origin = { correlationid: id(8), traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };
    expect(portalEvent({ ...attributes, ...origin, data }, 'https://api.ciep.example/')).toEqual({
      ...attributes,
      ...origin,
      specversion: '1.0',
      datacontenttype: 'application/json',
      dataschema: 'https://api.ciep.example/schemas/webhooks/ciep.exhibition.application.approved.v1.json',
      data: ids,
    });
  });

  it('leaves out what it does not know, and ids that are null', () => {
    const event = portalEvent({ ...attributes, data: { applicationId: id(1), invoiceId: null } }, 'https://ciep.example/api/');
    expect(Object.keys(event)).toEqual(portalEventSchema.required);
    expect(event.data).toEqual({ applicationId: id(1) });
    expect(event.dataschema).toBe('https://ciep.example/api/schemas/webhooks/ciep.exhibition.application.approved.v1.json');
  });

  it('names attributes as CloudEvents does: short, in lower case', () => {
    for (const name of Object.keys(portalEventSchema.properties)) expect(name).toMatch(/^[a-z0-9]{1,20}$/);
  });
});

describe(portalDataSchema.name, () => {
  it('describes the ids of each event, and nothing else', () => {
    const schema = portalDataSchema(applicationApproved as unknown as EventType);
    expect(schema.required).toEqual(Object.keys(ids));
    expect(Object.keys(schema.properties ?? {})).toEqual(Object.keys(ids));
    for (const event of portalEvents)
      for (const [name, field] of Object.entries(portalDataSchema(event).properties ?? {}))
        expect([name, field]).toEqual([expect.stringMatching(/Id$/), { type: 'string', format: 'uuid', description: expect.any(String) }]);
  });
});
