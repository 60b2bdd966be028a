export const name = 'paper.e2e-spec.ts';
