// Decides from the clients' history, the databases and the topics whether every promise was kept.
import type { Evidence } from './evidence.js';
import { effectRules } from './rules/effects.js';
import { messageRules } from './rules/messages.js';
import { operationRules } from './rules/operations.js';
import { stateRules } from './rules/state.js';

/** A promise, and its violations in the evidence, one line each. */
export interface Rule {
  readonly name: string;
  readonly broken: (evidence: Evidence) => Iterable<string>;
}

/** A broken promise. */
export interface Violation {
  readonly rule: string;
  readonly what: string;
}

/** Every promise that is checked. */
export const rules: readonly Rule[] = [...operationRules, ...messageRules, ...effectRules, ...stateRules];

/** All violations; empty if every promise was kept. */
export function violationsOf(evidence: Evidence): Violation[] {
  return rules.flatMap(({ name, broken }) => [...broken(evidence)].map(what => ({ rule: name, what })));
}
