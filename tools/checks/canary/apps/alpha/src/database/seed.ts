export const seed = 'rows';
