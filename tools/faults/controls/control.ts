import type { ProcessName } from '@ciep/contracts';
import type { Violation } from '../checker.js';
import type { Trial } from '../trial.js';

/** A protection that is removed on purpose; the checker must notice. */
export interface Control {
  readonly name: string;
  /** One line for the report. */
  readonly about: string;
  /** The service to break with a module that is loaded first, if the control needs one. */
  readonly module?: { readonly service: ProcessName; readonly file: string };
  /** Removes a protection that is in the database, or changes its settings. */
  readonly disarm?: (trial: Trial) => Promise<void>;
  /** Injects, under traffic, the fault that the protection was for. */
  readonly injectFault: (trial: Trial) => Promise<void>;
  /** Whether this control explains a violation. */
  readonly isCulprit: (violation: Violation) => boolean;
}
