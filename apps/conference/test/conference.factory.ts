/** The body of a new edition, with overrides. */
export const anEdition = (own: Record<string, unknown> = {}): Record<string, unknown> => ({
  ordinal: 22,
  code: '22',
  title: { zh: '第二十二届中国国际人才交流大会', en: 'The 22nd Conference on International Exchange of Professionals' },
  theme: { zh: '开放创新', en: 'Open innovation' },
  startsOn: '2024-04-13',
  endsOn: '2024-04-14',
  venues: [{ zh: '深圳会展中心', en: 'Shenzhen Convention and Exhibition Center' }],
  ...own,
});
