import { DomainError, type FieldRefusal, type LocalizedText } from '@ciep/kernel';

const field = (pointer: string, code: string, detail: LocalizedText): FieldRefusal => ({ pointer, code, detail });

/** The identifier does not fit the origin of the organisation, or is invalid. */
export class OrganisationNotIdentified extends DomainError {
  constructor(fields: readonly FieldRefusal[]) {
    super(
      'invalid',
      'organisation.not_identified',
      { zh: '机构标识信息有误或不完整。', en: 'What identifies the organisation is wrong or missing.' },
      {},
      fields,
    );
  }
}

export const creditCodeMissing = field('/creditCode', 'required', {
  zh: '境内机构须填写统一社会信用代码。',
  en: 'A mainland organisation needs its unified social credit code.',
});
export const creditCodeWrong = field('/creditCode', 'check_character_wrong', {
  zh: '统一社会信用代码校验不通过。',
  en: 'The check character of the unified social credit code is wrong.',
});
export const creditCodeForeign = field('/creditCode', 'not_allowed', {
  zh: '境外机构没有统一社会信用代码。',
  en: 'A foreign organisation has no unified social credit code.',
});
export const identifierMissing = field('/identifier', 'required', {
  zh: '境外机构须填写所在国家或地区的登记标识。',
  en: 'A foreign organisation needs an identifier of another register.',
});
export const identifierNotAllowed = field('/identifier', 'not_allowed', {
  zh: '境内机构以统一社会信用代码标识。',
  en: 'A mainland organisation is identified by its credit code.',
});
export const countryMissing = field('/country', 'required', {
  zh: '境外机构须填写国家或地区代码。',
  en: 'A foreign organisation needs its country.',
});
export const countryUnknown = field('/country', 'unknown', {
  zh: '国家或地区代码不存在。',
  en: 'There is no such country code (ISO 3166-1 alpha-2).',
});
export const countryWrong = field('/country', 'not_allowed', {
  zh: '国家或地区与机构类型不符。',
  en: 'The country does not fit where the organisation comes from.',
});
export const regionNotAllowed = field('/regionCode', 'not_allowed', {
  zh: '境外机构不属于任何地区单位。',
  en: 'A foreign organisation belongs to none of the regional units.',
});

/** Its mail address is not proven yet. */
export class OrganisationNotActive extends DomainError {
  constructor() {
    super('conflict', 'organisation.not_active', { zh: '机构尚未激活。', en: 'The organisation is not active yet.' });
  }
}
