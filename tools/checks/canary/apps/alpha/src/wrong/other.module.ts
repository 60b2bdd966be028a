export const door = 'everything';
