import { DomainError } from './domain-error.js';

/** A verb: the states in which it is possible, and the state that it leads to. */
export interface Transition<State extends string> {
  readonly from: readonly State[];
  readonly to: State | 'same';
  /** No caller may ask for it: time or another thing brings it about. */
  readonly isAutomatic?: true;
}

/** The verbs of a thing. */
export type Transitions<State extends string, Verb extends string> = Readonly<Record<Verb, Transition<State>>>;

/** The verb is not possible in the current state; the answer lists those that a caller may ask for. */
export class WrongState extends DomainError {
  constructor(noun: string, verb: string, state: string, allowed: readonly string[]) {
    super(
      'conflict',
      `${noun}.wrong_state`,
      {
        zh: `当前状态（${state}）不允许此操作（${verb}）。`,
        en: `"${verb}" is not possible while the ${noun.replaceAll('_', ' ')} is ${state}.`,
      },
      { state, attempted: verb, allowedActions: allowed },
    );
  }
}

/**
 * The lifecycle that a transition table describes.
 *
 * ```ts
 * const life = lifecycle('application', { submit: { from: ['draft', 'returned'], to: 'submitted' } });
 * this.status = life.next(this.status, 'submit'); // throws WrongState
 * life.allowed('draft');                          // ['submit']
 * ```
 */
export function lifecycle<State extends string, Verb extends string>(noun: string, transitions: Transitions<State, Verb>) {
  const verbs = Object.keys(transitions) as Verb[];
  const fits = (state: State, verb: Verb): boolean => transitions[verb].from.includes(state);
  return {
    /** The verbs that a caller may ask for in this state. */
    allowed: (state: State): Verb[] => verbs.filter(verb => fits(state, verb) && !transitions[verb].isAutomatic),
    /** The state after the verb; throws {@link WrongState} when it is not possible. */
    next(state: State, verb: Verb): State {
      if (!fits(state, verb)) throw new WrongState(noun, verb, state, this.allowed(state));
      const { to } = transitions[verb];
      return to === 'same' ? state : to;
    },
  };
}
