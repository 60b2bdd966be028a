export const platformSettings = setting('CIEP_PROFILE', 'production');

declare function setting(key: string, byDefault: string): unknown;
