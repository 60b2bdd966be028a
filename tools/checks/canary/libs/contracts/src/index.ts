export const boothFreed = 'a fact';
export type BoothType = 'raw' | 'shell';
