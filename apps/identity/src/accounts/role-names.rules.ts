import type { Role } from '@ciep/contracts';
import type { LocalizedText } from '@ciep/kernel';

/** How people call the roles. */
export const roleNames: Readonly<Record<Role, LocalizedText>> = {
  platform_admin: { zh: '平台管理员', en: 'Platform administrator' },
  beijing_working_group: { zh: '北京工作组', en: 'Beijing working group' },
  shenzhen_working_group: { zh: '深圳工作组', en: 'Shenzhen working group' },
  committee_office: { zh: '组委会办公室', en: 'Committee office' },
  block_lead: { zh: '板块牵头单位', en: 'Block lead' },
  zone_undertaker: { zh: '展区承办单位', en: 'Zone undertaker' },
  province_partner: { zh: '省级合作单位', en: 'Province partner' },
  finance_clerk: { zh: '财务人员', en: 'Finance clerk' },
  auditor: { zh: '审计人员', en: 'Auditor' },
  organisation_admin: { zh: '单位管理员', en: 'Administrator' },
  organisation_member: { zh: '单位成员', en: 'Member' },
  individual: { zh: '个人', en: 'Individual' },
  channel_partner: { zh: '渠道合作伙伴', en: 'Channel partner' },
  service: { zh: '平台服务', en: 'Service of the platform' },
};
