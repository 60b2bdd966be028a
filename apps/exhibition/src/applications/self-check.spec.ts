import { describe, expect, it } from '@jest/globals';
import { emptyForm } from './application-form.dto.js';
import type { ApplicationForm } from './application.entity.js';
import { missingFrom, unfitSoFar, type BoardOffer } from './self-check.rules.js';

const regional: BoardOffer = { regionCodes: ['210000', '220000'], areaTypes: ['government', 'enterprise'], isLeaf: true };
const general: BoardOffer = { regionCodes: [], areaTypes: ['general'], isLeaf: true };
const complete: ApplicationForm = {
  boardId: 'b',
  externalRef: null,
  areaType: 'enterprise',
  regionCode: '210000',
  exhibitorKind: 'team',
  fasciaZh: '名称',
  fasciaEn: 'Name',
  exhibits: [{ name: 'a', description: 'b', type: 'product' }],
  contact: { name: 'a', phone: '+86 24 5550 0100', mail: 'a@exhibitor.example' },
  wishedBoothType: 'standard',
  wishedAreaDm2: 900,
};
const found = (form: Partial<ApplicationForm>, board = regional) =>
  missingFrom({ ...complete, ...form }, board).map(({ pointer, code }) => `${pointer} ${code}`);

describe(missingFrom.name, () => {
  it('finds nothing missing in a complete form', () => {
    expect(found({})).toEqual([]);
    expect(found({ areaType: 'general', regionCode: null }, general)).toEqual([]);
  });

  it.each([
    ['areaType', '/areaType required'],
    ['exhibitorKind', '/exhibitorKind required'],
    ['fasciaZh', '/fasciaName required'],
    ['contact', '/contact required'],
    ['wishedBoothType', '/wishedBoothType required'],
    ['wishedAreaDm2', '/wishedAreaDm2 required'],
    ['regionCode', '/regionCode required'],
  ] as const)('reports a missing %s', (field, expected) => {
    expect(found({ [field]: null })).toEqual([expected]);
  });

  it('reports missing exhibits', () => {
    expect(found({ exhibits: [] })).toEqual(['/exhibits required']);
  });

  it('checks the form against the board', () => {
    expect(found({ regionCode: '440000' })).toEqual(['/regionCode not_allowed']);
    expect(found({ areaType: 'general' })).toEqual(['/areaType not_allowed']);
    expect(found({ areaType: 'general' }, general)).toEqual(['/regionCode not_allowed']);
    expect(found({}, { ...regional, isLeaf: false })).toEqual(['/boardId not_allowed']);
  });
});

describe(unfitSoFar.name, () => {
  it('ignores empty fields', () => {
    expect(unfitSoFar(emptyForm('b'), regional)).toEqual([]);
    expect(unfitSoFar({ areaType: 'general', regionCode: null }, regional).map(({ pointer }) => pointer)).toEqual(['/areaType']);
  });
});
