export const repository = 'rows in';
