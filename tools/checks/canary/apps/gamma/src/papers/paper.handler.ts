export const name = 'paper.handler.ts';
