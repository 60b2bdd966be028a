import type { ServiceName } from '../services/suite.js';

/** The services with a database. */
export const keepers = ['identity', 'conference', 'exhibition', 'billing', 'notification'] as const;
export type Keeper = (typeof keepers)[number];

/** Everything that runs, by name. */
export type Program = ServiceName | 'postgres' | 'kafka';
