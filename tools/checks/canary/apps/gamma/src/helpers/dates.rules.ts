export const name = 'dates.rules.ts';
