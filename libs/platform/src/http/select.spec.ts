import { describe, expect, it } from '@jest/globals';
import { Int, Text, Uuid } from './fields.js';
import { select } from './select.js';

class BoothDto {
  @Uuid()
  id!: string;

  @Uuid()
  editionId!: string;

  @Int({})
  areaDm2!: number;
}

class PricedBoothDto extends BoothDto {
  @Text({ max: 9 })
  boardCode!: string;

  @Int({})
  price!: number;
}

describe(select.name, () => {
  it('reads the properties named, each under its own name', () => {
    expect(select<BoothDto>('b', ['id', 'editionId', 'areaDm2'])).toBe('b.id, b.edition_id AS "editionId", b.area_dm2 AS "areaDm2"');
  });

  it('reads all fields of a DTO, those it inherits too, except what is computed or does not come from the database', () => {
    expect(select('b', PricedBoothDto, { boardCode: 'n.code', price: null })).toBe(
      'b.id, b.edition_id AS "editionId", b.area_dm2 AS "areaDm2", n.code AS "boardCode"',
    );
    expect(select('b', BoothDto)).toBe('b.id, b.edition_id AS "editionId", b.area_dm2 AS "areaDm2"');
  });

  it('takes names that SQL has words for', () => {
    expect(select('m', ['at', 'number'], { lines: 'to_jsonb(m.lines)', order: 'm.order' })).toBe(
      'm.at, m.number, to_jsonb(m.lines) AS "lines", m.order',
    );
  });

  it('is not compiled with a property that the row does not have', () => {
    // @ts-expect-error there is no such property
    expect(select<BoothDto>('b', ['edition'])).toBe('b.edition');
    // @ts-expect-error there is no such property
    expect(select('b', BoothDto, { price: '1' })).toMatch(/1 AS "price"$/);
  });
});
