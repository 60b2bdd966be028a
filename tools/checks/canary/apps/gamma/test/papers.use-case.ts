export const name = 'papers.use-case.ts';
