import type { LocalizedText } from '@ciep/kernel';
import type { TimelineStep, ApplicationStatus, ExhibitorKind, ExhibitType } from '../applications/application.rules.js';
import type { NodeKind, ResponsibilityRole } from '../nodes/node.rules.js';

type Names<Code extends string> = Readonly<Record<Code, LocalizedText>>;

/** docs/rules.md#exhibits */
export const exhibitTypeNames: Names<ExhibitType> = {
  technology: { zh: '技术', en: 'Technology' },
  achievement: { zh: '成果', en: 'Achievement' },
  product: { zh: '产品', en: 'Product' },
};

/** docs/rules.md#exhibitor-kinds */
export const exhibitorKindNames: Names<ExhibitorKind> = {
  government: { zh: '政府部门', en: 'Government department' },
  enterprise: { zh: '企业', en: 'Enterprise' },
  central_enterprise: { zh: '中央企业', en: 'Central enterprise' },
  university: { zh: '高等院校', en: 'University' },
  research_institute: { zh: '科研院所', en: 'Research institute' },
  hr_service: { zh: '人力资源服务机构', en: 'Human resources service' },
  professional_body: { zh: '专业机构、协会、学会', en: 'Professional body, association or society' },
  finance: { zh: '科技金融机构', en: 'Technology finance institution' },
  start_up: { zh: '创业企业', en: 'Start-up' },
  individual: { zh: '个人', en: 'Individual' },
  team: { zh: '团队（含国际赛获奖项目）', en: 'Team (winners of the international contest included)' },
  other: { zh: '其他', en: 'Other' },
};

/** docs/rules.md#venue-tree */
export const nodeKindNames: Names<NodeKind> = {
  pavilion: { zh: '展馆', en: 'Pavilion' },
  zone: { zh: '展区', en: 'Zone' },
  board: { zh: '板块', en: 'Board' },
};

/** docs/rules.md#responsible-units */
export const responsibilityRoleNames: Names<ResponsibilityRole> = {
  lead: { zh: '牵头', en: 'Lead' },
  host: { zh: '主办', en: 'Host' },
  undertake: { zh: '承办', en: 'Undertaker' },
  execute: { zh: '执行', en: 'Executor' },
  support: { zh: '支持', en: 'Supporter' },
  guide: { zh: '指导', en: 'Guide' },
  co_host: { zh: '共同主办', en: 'Co-host' },
};

/** docs/rules.md#application-life */
export const applicationStatusNames: Names<ApplicationStatus> = {
  draft: { zh: '草稿', en: 'Draft' },
  submitted: { zh: '已提交', en: 'Submitted' },
  returned: { zh: '退回修改', en: 'Returned for correction' },
  approved: { zh: '已批准，待确认', en: 'Approved, to be confirmed' },
  confirmed: { zh: '已确认', en: 'Confirmed' },
  rejected: { zh: '未通过', en: 'Rejected' },
  withdrawn: { zh: '已撤回', en: 'Withdrawn' },
  released: { zh: '展位已释放', en: 'Booth released' },
};

/** The kinds of timeline entries (docs/rules.md#application-life). */
export const timelineStepNames: Names<TimelineStep> = {
  drafted: { zh: '创建草稿', en: 'Drafted' },
  submitted: { zh: '提交', en: 'Submitted' },
  returned: { zh: '退回修改', en: 'Returned for correction' },
  endorsed: { zh: '地区推荐', en: 'Endorsed by its region' },
  endorsed_by_override: { zh: '特批推荐', en: 'Endorsed by override' },
  endorsement_withdrawn: { zh: '撤回推荐', en: 'Endorsement withdrawn' },
  approved: { zh: '批准并分配展位', en: 'Approved and allocated a booth' },
  booth_swapped: { zh: '更换展位', en: 'Booth exchanged' },
  pay_by_extended: { zh: '延长付款期限', en: 'More time to pay' },
  seal_verified: { zh: '公章核验通过', en: 'Seal verified' },
  paid: { zh: '付清款项', en: 'Paid' },
  confirmed: { zh: '展位确认', en: 'Booth confirmed' },
  rejected: { zh: '未通过', en: 'Rejected' },
  withdrawn: { zh: '撤回申请', en: 'Withdrawn' },
  released: { zh: '释放展位', en: 'Booth released' },
  reallocated: { zh: '恢复展位', en: 'Booth given back' },
  reallocation_refused: { zh: '展位无法恢复', en: 'Booth could not be given back' },
};

/** The codes of a list with their Chinese names, for a field description. */
export const named = (names: Names<string>): string =>
  Object.entries(names)
    .map(([code, { zh }]) => `${code} ${zh}`)
    .join(', ');

/** A reference list. */
export const choices = (names: Names<string>): { code: string; name: LocalizedText }[] =>
  Object.entries(names).map(([code, name]) => ({ code, name }));
