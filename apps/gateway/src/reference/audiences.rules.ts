import { permissions, serviceNames, type Permission, type Role } from '@ciep/contracts';
import type { Language, LocalizedText } from '@ciep/kernel';
import type { OpenAPIObject } from '@nestjs/swagger';
import { inBoth } from './both-languages.rules.js';

type Audience = 'frontEnds' | 'portals' | 'backOffice' | 'operators';

/** Whom the API serves, in the order of the reference. */
const audiences: Readonly<Record<Audience, { readonly name: LocalizedText; readonly note: LocalizedText }>> = {
  frontEnds: {
    name: { en: 'Front ends: register, look around, apply, pay', zh: '前端应用：注册、浏览、参展、付款' },
    note: {
      en: 'For pages and apps that people use. They log in by authorization code with PKCE; public data needs no token.',
      zh: '面向供用户使用的网页和应用。用户以授权码加 PKCE 的方式登录；公开数据无需令牌。',
    },
  },
  portals: {
    name: { en: 'Portals: endorse, receive events', zh: '地区门户：推荐申请、接收事件' },
    note: {
      en: 'For the systems of regional partner units. They get tokens by client credentials, and also read public data and the applications of their region.',
      zh: '面向各地区合作单位的系统。以客户端凭证获取令牌，也可读取公开数据和本地区的参展申请。',
    },
  },
  backOffice: {
    name: { en: 'Back office: plan, decide, collect', zh: '组委会后台：筹备、审批、收款' },
    note: {
      en: 'For working groups, undertakers of boards and finance clerks, and for their systems.',
      zh: '面向工作组、板块承办单位和财务人员，以及他们的系统。',
    },
  },
  operators: {
    name: { en: 'Operators: clients, failures, audit', zh: '平台运维：客户端、故障、审计' },
    note: { en: 'For those who run the platform, and for its auditors.', zh: '面向平台运维人员和审计人员。' },
  },
};
const inOrder = Object.keys(audiences) as readonly Audience[];

/** Who finds what where, as a list in Markdown. */
export const audienceNotes: LocalizedText = { en: notesIn('en'), zh: notesIn('zh') };

function notesIn(language: Language): string {
  return Object.values(audiences)
    .map(({ name, note }) => `- **${name[language]}**${language === 'en' ? '. ' : '。'}${note[language]}`)
    .join('\n');
}

const audienceOf: Readonly<Record<Role, Audience>> = {
  organisation_admin: 'frontEnds',
  organisation_member: 'frontEnds',
  individual: 'frontEnds',
  channel_partner: 'frontEnds',
  province_partner: 'portals',
  beijing_working_group: 'backOffice',
  shenzhen_working_group: 'backOffice',
  committee_office: 'backOffice',
  block_lead: 'backOffice',
  zone_undertaker: 'backOffice',
  finance_clerk: 'backOffice',
  platform_admin: 'operators',
  auditor: 'operators',
  service: 'operators',
};

interface Operation {
  readonly tags?: readonly string[];
  readonly 'x-permission'?: Permission;
}

const operationsOf = (items: object): Operation[] =>
  Object.values(items as Record<string, Record<string, Operation>>).flatMap(item => Object.values(item));

/** A permission is for the audience of its first role. Operations without one are for everybody: front ends come first among them. */
function audienceFor({ 'x-permission': permission }: Operation): Audience {
  const [role] = (permission && permissions[permission]) ?? [];
  return role === undefined ? 'frontEnds' : audienceOf[role];
}

/** Tags of the reference under one heading. */
export interface TagGroup {
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
}

/**
 * The tags of a merged document by audience, each in one group: that of the first audience that one of its operations is for. Portals
 * receive webhooks.
 */
export function groupsOf({ paths, webhooks = {} }: Pick<OpenAPIObject, 'paths' | 'webhooks'>): TagGroup[] {
  const found = new Map<string, Audience>();
  const note = (tags: readonly string[] = [], audience: Audience) => {
    for (const tag of tags) if (!found.has(tag)) found.set(tag, audience);
  };
  const operations = operationsOf(paths);
  for (const audience of inOrder)
    for (const operation of operations) if (audienceFor(operation) === audience) note(operation.tags, audience);
  for (const { tags } of operationsOf(webhooks)) note(tags, 'portals');
  // The services are listed in the order of the work: accounts, editions, applications, invoices, messages.
  const place = (tag: string) => serviceNames.findIndex(service => tag.split(':')[0] === service);
  const tags = [...found.keys()].sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
  return inOrder
    .map(audience => {
      const { name, note } = audiences[audience];
      return { name: inBoth(name), description: inBoth(note), tags: tags.filter(tag => found.get(tag) === audience) };
    })
    .filter(group => group.tags.length > 0);
}
