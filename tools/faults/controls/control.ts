import type { ServiceName } from '../../services/suite.js';
import type { Violation } from '../checker.js';
import type { Trial } from '../trial.js';

/** A protection that is taken away on purpose: the checker has to notice. */
export interface Control {
  readonly name: string;
  /** One line for the report. */
  readonly about: string;
  /** The service that is spoilt by a module loaded before it, if it takes one. */
  readonly module?: { readonly service: ServiceName; readonly file: string };
  /** Takes away what stands in the database, or is set there. */
  readonly disarm?: (trial: Trial) => Promise<void>;
  /** Does to the platform, under traffic, what the missing protection was for. */
  readonly hurt: (trial: Trial) => Promise<void>;
  /** Whether a broken promise is its work. */
  readonly isCulprit: (violation: Violation) => boolean;
}
