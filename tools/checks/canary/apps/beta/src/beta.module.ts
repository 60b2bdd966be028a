export const beta = 'the door of beta';
