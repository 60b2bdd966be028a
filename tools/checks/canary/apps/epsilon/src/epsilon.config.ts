export const epsilonConfig = setting('EPSILON_MAX_PAGES', 10);

declare function setting(key: string, byDefault: number): unknown;
