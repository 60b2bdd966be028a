export const name = 'paperList.queries.ts';
