import type { Fact } from './fact.js';

const told = Symbol('facts told by this aggregate and not yet written');

/**
 * Base of everything that has rules and tells facts. `version` counts the changes of the row and is the `ETag`; only the
 * repository moves it. A behaviour method checks its rule, changes fields and records a fact; the repository writes both.
 */
export abstract class Aggregate {
  /** UUIDv7. */
  abstract readonly id: string;
  /** 1 for a new row, one more with every change. */
  abstract readonly version: number;

  declare private [told]?: Fact[];

  /** Notes a fact; it reaches the outbox in the same transaction as the change. */
  protected record(fact: Fact): void {
    (this[told] ??= []).push(fact);
  }

  /** Hands the recorded facts over, once. Called by the repository. */
  static takeFacts(aggregate: Aggregate): Fact[] {
    const facts = aggregate[told] ?? [];
    delete aggregate[told];
    return facts;
  }
}
