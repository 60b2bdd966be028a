import type { IntegrationEvent } from './integration-event.js';

const recorded = Symbol('events that this aggregate has recorded and the repository has not written yet');

/**
 * Base of everything that has rules and records events. `version` counts the changes of the row and is the `ETag`; only the repository
 * changes it. A method checks its rule, changes fields and records an event; the repository writes both.
 */
export abstract class Aggregate {
  /** UUIDv7. */
  abstract readonly id: string;
  /** 1 for a new row, one more with every change. */
  abstract readonly version: number;

  declare private [recorded]?: IntegrationEvent[];

  /** Records an event; it is written to the outbox in the transaction of the change. */
  protected record(event: IntegrationEvent): void {
    (this[recorded] ??= []).push(event);
  }

  /** Returns the recorded events and clears them. Called by the repository. */
  static takeEvents(aggregate: Aggregate): IntegrationEvent[] {
    const events = aggregate[recorded] ?? [];
    delete aggregate[recorded];
    return events;
  }
}
