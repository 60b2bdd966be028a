export const areas = ['government', 'enterprise'] as const;
export type Area = (typeof areas)[number];
