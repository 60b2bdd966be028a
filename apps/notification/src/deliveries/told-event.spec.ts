import { applicationApproved } from '@ciep/contracts';
import { describe, expect, it } from '@jest/globals';
import { told } from './told-event.rules.js';

const id = (last: number) => `01860000-0000-7000-8000-00000000000${last}`;

describe(told.name, () => {
  it('keeps the ids of a fact and nothing else', () => {
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
    const envelope = { id: id(9), source: '/exhibition', type, subject: id(1), time: '2026-03-01T00:00:00.000Z' };
    expect(JSON.parse(told({ ...envelope, data }))).toEqual({
      ...envelope,
      specversion: '1.0',
      datacontenttype: 'application/json',
      data: { applicationId: id(1), editionId: id(2), organisationId: id(3), boardId: id(4), allocationId: id(5), boothId: id(6) },
    });
  });
});
