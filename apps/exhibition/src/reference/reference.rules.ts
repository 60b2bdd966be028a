import type { AreaType, BoothType } from '@ciep/contracts';
import type { LocalizedText } from '@ciep/kernel';
import type { ExhibitorKind, ExhibitType } from '../applications/application.rules.js';

type Names<Code extends string> = Readonly<Record<Code, LocalizedText>>;

/** docs/rules.md#areas */
export const areaTypeNames: Names<AreaType> = {
  government: { zh: '政府区域', en: 'Government area' },
  enterprise: { zh: '企业区域', en: 'Enterprise area' },
  general: { zh: '综合区域', en: 'General area' },
};

/** docs/rules.md#booth-stock */
export const boothTypeNames: Names<BoothType> = {
  standard: { zh: '标准展位', en: 'Standard booth' },
  corner: { zh: '转角展位', en: 'Corner booth' },
  raw_space: { zh: '光地', en: 'Raw space' },
};

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

/** A list to choose from. */
export const choices = (names: Names<string>): { code: string; name: LocalizedText }[] =>
  Object.entries(names).map(([code, name]) => ({ code, name }));
