import { DomainError } from '@ciep/kernel';

/** All places of the region are taken. */
export class QuotaExhausted extends DomainError {
  constructor(regionCode: string, places: number) {
    super(
      'conflict',
      'quota.exhausted',
      { zh: `本地区的 ${places} 个推荐名额已用完。`, en: `All ${places} places of the region are taken.` },
      { regionCode, places },
    );
  }
}

export class QuotaBelowTaken extends DomainError {
  constructor(taken: number) {
    super(
      'conflict',
      'quota.below_taken',
      { zh: `名额不能少于已推荐的 ${taken} 家。`, en: `There cannot be fewer places than the ${taken} that are taken.` },
      { taken },
    );
  }
}

/** The partner's account has no region, or one that is not of the 45. */
export class RegionUnknown extends DomainError {
  constructor(regionCode: string | undefined) {
    super(
      'forbidden',
      'region.unknown',
      { zh: '账户未绑定推荐地区。', en: 'The account is bound to no region that endorses.' },
      { regionCode },
    );
  }
}
