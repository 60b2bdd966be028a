export const deltaConfig = setting('DELTA_INK', 'black');

declare function setting(key: string, byDefault: string): unknown;
