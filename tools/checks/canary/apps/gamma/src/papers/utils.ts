export const name = 'utils.ts';
