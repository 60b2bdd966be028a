import type { LocalizedText } from '@ciep/kernel';

/** The kinds of participating organisations (docs/rules.md#organisation-kinds), by code. */
export const organisationKinds = {
  government_department: { zh: '政府部门', en: 'Government department' },
  science_technology_department: { zh: '省市科技主管部门', en: 'Provincial or city science and technology department' },
  central_enterprise: { zh: '中央企业', en: 'Central enterprise' },
  specialised_new_enterprise: { zh: '“专精特新”企业', en: 'Specialised and innovative ("little giant") firm' },
  innovative_sme: { zh: '创新型中小企业', en: 'Innovative small or medium enterprise' },
  start_up: { zh: '初创企业', en: 'Start-up' },
  it_enterprise: { zh: '知名信息技术企业', en: 'Well-known information technology firm' },
  other_enterprise: { zh: '其他企业', en: 'Other enterprise' },
  domestic_university: { zh: '国内高校', en: 'Domestic university' },
  foreign_university: { zh: '国（境）外高校', en: 'Foreign university' },
  model_software_college: { zh: '国家示范性软件学院', en: 'National model software college' },
  research_institute: { zh: '科研院所', en: 'Research institute' },
  hr_agency: { zh: '人力资源服务机构', en: 'Human resources agency' },
  head_hunter: { zh: '猎头机构', en: 'Head-hunter' },
  hr_market: { zh: '人才市场', en: 'Human resources market' },
  dispatch_outsourcing: { zh: '劳务派遣与外包机构', en: 'Dispatch and outsourcing agency' },
  talent_assessment: { zh: '人才测评机构', en: 'Talent assessment body' },
  management_consulting: { zh: '管理咨询机构', en: 'Management consulting firm' },
  training_body: { zh: '培训机构', en: 'Training body' },
  foreign_expert_organisation: { zh: '外国专家组织', en: 'Foreign expert organisation' },
  professional_body: { zh: '专业机构、协会、学会', en: 'Professional body, association or society' },
  industry_organisation: { zh: '行业组织', en: 'Industry organisation' },
  bank: { zh: '银行', en: 'Bank' },
  futures_company: { zh: '期货公司', en: 'Futures company' },
  guarantee_company: { zh: '担保公司', en: 'Guarantee company' },
  securities_company: { zh: '证券公司', en: 'Securities company' },
  insurance_company: { zh: '保险公司', en: 'Insurance company' },
  venture_capital: { zh: '创业投资机构', en: 'Venture capital firm' },
  guidance_fund: { zh: '引导基金', en: 'Guidance fund' },
  fund_of_funds: { zh: '母基金', en: 'Fund of funds' },
  overseas_student_organisation: { zh: '留学人员组织', en: 'Overseas student organisation' },
  returnee_department: { zh: '留学回国人员工作部门', en: 'Department for returnees' },
  student_pioneer_park: { zh: '留学人员创业园', en: 'Overseas student pioneer park' },
  consulate: { zh: '驻华使领馆', en: 'Embassy or consulate' },
  chamber_of_commerce: { zh: '商会', en: 'Chamber of commerce' },
  social_organisation: { zh: '社会组织', en: 'Social organisation' },
  foreigner_service_agency: { zh: '外国人服务机构', en: 'Service agency for foreigners' },
  stock_exchange: { zh: '证券交易所', en: 'Stock exchange' },
  media_group: { zh: '媒体集团', en: 'Media group' },
  international_organisation: { zh: '国际组织', en: 'International organisation' },
  city_cluster: { zh: '城市群合作组织', en: 'City cluster' },
} as const satisfies Record<string, LocalizedText>;

export type OrganisationKind = keyof typeof organisationKinds;

/** The codes of all kinds. */
export const organisationKindCodes = Object.keys(organisationKinds) as OrganisationKind[];
