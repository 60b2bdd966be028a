// Decides from what clients know, what the databases hold and what is on the topics whether every promise was kept.
import type { Evidence } from './evidence.js';
import { effectRules } from './rules/effects.js';
import { messageRules } from './rules/messages.js';
import { operationRules } from './rules/operations.js';
import { stateRules } from './rules/state.js';

/** A promise, and what breaks it in the evidence: one line each. */
export interface Rule {
  readonly name: string;
  readonly broken: (evidence: Evidence) => Iterable<string>;
}

/** A promise that was broken. */
export interface Violation {
  readonly rule: string;
  readonly what: string;
}

/** Every promise that is checked. */
export const rules: readonly Rule[] = [...operationRules, ...messageRules, ...effectRules, ...stateRules];

/** What is wrong; nothing, if everything held. */
export function judge(evidence: Evidence): Violation[] {
  return rules.flatMap(({ name, broken }) => [...broken(evidence)].map(what => ({ rule: name, what })));
}
