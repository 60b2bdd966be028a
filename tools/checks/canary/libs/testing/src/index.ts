export const startService = 'for tests';
