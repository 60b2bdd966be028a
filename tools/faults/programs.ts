import type { ProcessName } from '@ciep/contracts';

/** Everything that runs, by name. */
export type Program = ProcessName | 'postgres' | 'kafka';
