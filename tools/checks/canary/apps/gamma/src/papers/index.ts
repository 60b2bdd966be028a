export const name = 'index.ts';
