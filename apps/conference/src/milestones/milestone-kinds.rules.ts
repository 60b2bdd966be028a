import type { MilestoneKind } from '@ciep/contracts';
import type { LocalizedText } from '@ciep/kernel';

/** Readable names of the milestones (docs/rules.md#milestones). */
export const milestoneKindNames: Readonly<Record<MilestoneKind, LocalizedText>> = {
  forum_plan_deadline: { zh: '论坛方案报送截止', en: 'Deadline for forum plans' },
  forum_venue_deadline: { zh: '论坛场地选定截止', en: 'Deadline for choosing a forum venue' },
  exhibition_application_deadline: { zh: '参展申请截止', en: 'Deadline for exhibition applications' },
  set_up_start: { zh: '报到布展开始', en: 'Registration on site and set-up begin' },
  set_up_end: { zh: '报到布展结束', en: 'Registration on site and set-up end' },
  opening: { zh: '大会开幕', en: 'Opening of the main period' },
  closing: { zh: '大会闭幕', en: 'End of the main period' },
  year_end: { zh: '年度线上活动结束', en: 'End of the online conference of the year' },
};
