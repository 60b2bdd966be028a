export const database = 'a database';
