export const anAlpha = 'for tests';
