export const name = 'base.ts';
