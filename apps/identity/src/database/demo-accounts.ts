import { seeds, type Role } from '@ciep/contracts';
import type { Language, LocalizedText } from '@ciep/kernel';
import type { OrganisationKind } from '../organisations/organisation-kinds.rules.js';

/** The password of every demo account; development only. */
export const demoPassword = 'ciep-demo-2026';

/** The secret of a demo client; development only. */
export const demoSecretOf = (clientId: string): string => `${clientId}-demo-secret-2026`;

/** A person or client of the demo installation. */
export interface DemoAccount {
  /** The label in the banner. */
  readonly name: LocalizedText;
  /** Mail address to log in with; the password is `demoPassword`. */
  readonly login: string;
  readonly roles: readonly Role[];
  readonly organisationId: string;
  readonly language: Language;
}

/** The demo exhibitor's organisation. */
export const demoExhibitor = '01860000-0000-7000-8000-0000d0000001';

const staff = (login: string, role: Role, zh: string, en: string, language: Language = 'zh'): DemoAccount => ({
  name: { zh, en },
  login: `${login}@demo.ciep.example`,
  roles: [role],
  organisationId: seeds.organizer,
  language,
});

/** The people of the demo installation. */
export const demoAccounts: readonly DemoAccount[] = [
  staff('admin', 'platform_admin', '平台管理员', 'Platform administrator'),
  staff('beijing', 'beijing_working_group', '北京工作组', 'Beijing working group'),
  staff('shenzhen', 'shenzhen_working_group', '深圳工作组', 'Shenzhen working group'),
  staff('office', 'committee_office', '组委会办公室', 'Committee office'),
  staff('finance', 'finance_clerk', '财务人员', 'Finance clerk'),
  staff('auditor', 'auditor', '审计人员', 'Auditor', 'en'),
  {
    name: { zh: '展区承办单位', en: 'Zone undertaker' },
    login: 'undertaker@demo.ciep.example',
    roles: ['zone_undertaker'],
    organisationId: seeds.undertaker(1),
    language: 'zh',
  },
  {
    name: { zh: '参展商', en: 'Exhibitor' },
    login: 'exhibitor@demo.ciep.example',
    roles: ['organisation_admin'],
    organisationId: demoExhibitor,
    language: 'zh',
  },
];

/** An organisation of the demo installation; all are invented. */
export interface DemoOrganisation {
  readonly id: string;
  readonly name: LocalizedText;
  readonly kind: OrganisationKind;
  readonly regionCode: string | null;
  /** The region whose partner unit it is. */
  readonly partnerRegion?: string;
}

/** The demo organisations besides the 45 partner units. */
export const demoOrganisations: readonly DemoOrganisation[] = [
  {
    id: seeds.organizer,
    name: { zh: '大会执行单位（示例）', en: 'Executor of the conference (demo)' },
    kind: 'government_department',
    regionCode: null,
  },
  {
    id: seeds.undertaker(1),
    name: { zh: '展区承办单位（示例）', en: 'Zone undertaker (demo)' },
    kind: 'professional_body',
    regionCode: null,
  },
  {
    id: demoExhibitor,
    name: { zh: '辽河智能装备有限公司（示例）', en: 'Liaohe Intelligent Equipment Ltd. (demo)' },
    kind: 'specialised_new_enterprise',
    regionCode: '210000',
  },
];
