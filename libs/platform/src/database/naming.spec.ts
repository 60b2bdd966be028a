import { describe, expect, it } from '@jest/globals';
import { SnakeCaseNames, snakeCase } from './naming.js';

describe(snakeCase.name, () => {
  it.each([
    ['id', 'id'],
    ['editionId', 'edition_id'],
    ['areaDm2', 'area_dm2'],
    ['wishedAreaDm2', 'wished_area_dm2'],
    ['fasciaZh', 'fascia_zh'],
    ['postLogoutRedirectUris', 'post_logout_redirect_uris'],
    ['usedByApplicationId', 'used_by_application_id'],
    ['RegionQuota', 'region_quota'],
  ])('%s is %s', (property, column) => {
    expect(snakeCase(property)).toBe(column);
  });
});

describe(SnakeCaseNames.name, () => {
  it('names a column after its property, unless the entity names it', () => {
    const names = new SnakeCaseNames();
    expect(names.columnName('editionId', '', [])).toBe('edition_id');
    expect(names.columnName('editionId', 'edition', [])).toBe('edition');
  });
});
