export const boothFreed = 'an event';
export type BoothType = 'raw' | 'shell';
