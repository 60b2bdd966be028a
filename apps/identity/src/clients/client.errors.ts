import { DomainError, type FieldRefusal, type LocalizedText } from '@ciep/kernel';

const field = (code: string, detail: LocalizedText, pointer: string): FieldRefusal => ({ pointer, code, detail });

/** This client authenticates with a key, or not at all. */
export class ClientWithoutSecret extends DomainError {
  constructor(clientId: string) {
    super('conflict', 'client.without_secret', { zh: '此客户端不使用密钥。', en: 'This client does not use a secret.' }, { clientId });
  }
}

/** The data would not make a working and safe client. */
export class ClientNotRegistrable extends DomainError {
  constructor(fields: readonly FieldRefusal[]) {
    super('invalid', 'client.not_registrable', { zh: '客户端信息有误或不完整。', en: 'The client cannot be registered.' }, {}, fields);
  }
}

/** The id belongs to another client. */
export class ClientIdTaken extends DomainError {
  constructor(clientId: string) {
    super('conflict', 'client.id_taken', { zh: '此客户端编号已被使用。', en: `There is a client ${clientId} already.` }, { clientId });
  }
}

export const clientIdWrong = field(
  'wrong_format',
  {
    zh: '客户端编号为 2 至 100 个小写字母、数字和连字符，以字母或数字开头。',
    en: 'An id has 2 to 100 small letters, digits and hyphens, and begins with a letter or digit.',
  },
  '/clientId',
);
export const clientIdReserved = field(
  'not_allowed',
  { zh: '此编号保留给平台自身的服务。', en: "This id is kept for one of the platform's own services." },
  '/clientId',
);
export const nameWrong = (pointer: string) =>
  field('required', { zh: '名称必填，不超过 200 个字符。', en: 'A name in this language is needed, of at most 200 characters.' }, pointer);
export const kindUnclear = field(
  'required',
  {
    zh: '须填写回调地址（供人登录的前端），或机构与角色（自行调用的系统）。',
    en: 'A front end for people needs a redirect address, a system that acts for itself its organisation and roles.',
  },
  '',
);

export const notAbsolute = (pointer: string) =>
  field(
    'not_a_url',
    { zh: '应为完整的 https 地址。', en: 'This must be an absolute address, https://…, of at most 2,000 characters.' },
    pointer,
  );
export const inClear = (pointer: string) =>
  field(
    'not_allowed',
    { zh: '仅本机回环地址可用 http。', en: 'It must be https; http is for loopback addresses only (localhost, 127.0.0.1, [::1]).' },
    pointer,
  );
export const withFragment = (pointer: string) =>
  field('not_allowed', { zh: '地址不得含片段（#）。', en: 'It must not have a fragment (#).' }, pointer);
export const withWildcard = (pointer: string) =>
  field(
    'not_allowed',
    { zh: '地址不得含通配符（*）。', en: 'It must not have a wildcard (*): addresses are compared character by character.' },
    pointer,
  );
export const withCredentials = (pointer: string) =>
  field('not_allowed', { zh: '地址不得含用户名或密码。', en: 'It must not have a user or password in it.' }, pointer);
export const repeated = (pointer: string) => field('repeated', { zh: '地址重复。', en: 'This address is there already.' }, pointer);
export const tooMany = (pointer: string) =>
  field('too_many', { zh: '最多 20 个地址。', en: 'There may be 20 addresses at most.' }, pointer);
export const redirectMissing = field(
  'required',
  { zh: '前端须填写回调地址。', en: 'A front end for people needs at least one.' },
  '/redirectUris',
);

export const scopesMissing = field(
  'required',
  { zh: '须填写权限范围。', en: "At least one is needed; only the platform's own front ends get all when none is named." },
  '/apiScopes',
);
export const scopeInternal = (pointer: string) =>
  field('not_allowed', { zh: '此权限范围仅限平台自身的服务。', en: "This scope is for the platform's own services." }, pointer);
export const scopeUnknown = (pointer: string) =>
  field('unknown', { zh: '没有此权限范围。', en: 'There is no such scope; each service has <service>:read and <service>:write.' }, pointer);

export const ofSystemsOnly = (pointer: string) =>
  field(
    'not_allowed',
    { zh: '前端代表登录者，不自行调用。', en: 'A front end acts for the people who log in, never for itself: this is for systems.' },
    pointer,
  );
export const rolesMissing = field('required', { zh: '须填写角色。', en: 'A system that acts for itself needs at least one.' }, '/roles');
export const roleUnknown = (pointer: string) => field('unknown', { zh: '没有此角色。', en: 'There is no such role.' }, pointer);
export const roleOfServices = (pointer: string) =>
  field('not_allowed', { zh: '此角色仅限平台自身的服务。', en: "This role is for the platform's own services." }, pointer);
export const roleOfPeople = (pointer: string) =>
  field(
    'not_allowed',
    { zh: '此角色仅限个人，不得授予程序。', en: 'This role is for people, who answer for what they do; no program gets it.' },
    pointer,
  );
export const roleOfPlatform = (pointer: string) =>
  field(
    'not_allowed',
    {
      zh: '此角色涉及所有机构，仅限平台运营机构的系统。',
      en: 'This role reaches beyond one organisation: only a system of the organisation that runs the platform gets it.',
    },
    pointer,
  );
export const regionMissing = (pointer: string) =>
  field('required', { zh: '此角色须指定地区。', en: 'This role is bound to a region, which must be named.' }, pointer);
export const regionWithoutUse = field(
  'not_allowed',
  { zh: '所列角色不全受地区限制。', en: 'It would not limit a role that is not bound to a region; only province_partner is.' },
  '/regionCode',
);
export const regionUnknown = field('unknown', { zh: '没有此地区。', en: 'It is none of the 45 regional units.' }, '/regionCode');
export const regionOfAnother = field(
  'not_allowed',
  { zh: '该机构是其他地区的合作单位。', en: 'The organisation is the partner unit of another region.' },
  '/regionCode',
);
export const organisationMissing = field(
  'required',
  { zh: '须填写机构编号或统一社会信用代码。', en: 'A system needs the organisation that it acts for, by its id or credit code.' },
  '/organisation',
);
export const organisationUnknown = field(
  'unknown',
  { zh: '没有此机构，或尚未激活。', en: 'No active organisation has this id or credit code.' },
  '/organisation',
);
