export const thing = 'past the door';
