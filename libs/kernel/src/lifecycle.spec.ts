import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lifecycle, WrongState } from './lifecycle.js';

const life = lifecycle<'draft' | 'sent' | 'gone', 'send' | 'edit' | 'drop'>('letter', {
  send: { from: ['draft'], to: 'sent' },
  edit: { from: ['draft', 'sent'], to: 'same' },
  drop: { from: ['draft', 'sent'], to: 'gone' },
});

describe(lifecycle.name, () => {
  it('leads from state to state', () => {
    expect([life.next('draft', 'send'), life.next('sent', 'edit'), life.next('sent', 'drop')]).toEqual(['sent', 'sent', 'gone']);
  });

  it('names what is possible', () => {
    expect([life.allowed('draft'), life.allowed('sent'), life.allowed('gone')]).toEqual([['send', 'edit', 'drop'], ['edit', 'drop'], []]);
  });

  it('names no verb that only time or another thing brings about', () => {
    const offer = lifecycle<'open' | 'over' | 'taken', 'take' | 'expire'>('time_offer', {
      take: { from: ['open'], to: 'taken' },
      expire: { from: ['open'], to: 'over', isAutomatic: true },
    });
    expect([offer.allowed('open'), offer.next('open', 'expire')]).toEqual([['take'], 'over']);
    expect(() => offer.next('over', 'take')).toThrow('"take" is not possible while the time offer is over.');
  });

  it('refuses what is not, and says what would be', () => {
    expect(() => life.next('sent', 'send')).toThrow(WrongState);
    const refusal = (() => {
      try {
        return life.next('sent', 'send');
      } catch (error) {
        return error;
      }
    })();
    expect(refusal).toMatchObject({
      kind: 'conflict',
      code: 'letter.wrong_state',
      details: { state: 'sent', attempted: 'send', allowedActions: ['edit', 'drop'] },
    });
  });

  it('answers every pair of state and verb of every table: where the table leads, or with a refusal that names what is possible', () => {
    const states = ['a', 'b', 'c', 'd'] as const;
    type State = (typeof states)[number];
    const from = fc.subarray([...states]);
    const to = fc.constantFrom<State | 'same'>(...states, 'same');
    const table = fc.dictionary(fc.constantFrom('go', 'stop', 'turn'), fc.record({ from, to }, { noNullPrototype: true }));
    const answer = (next: () => State): unknown => {
      try {
        return next();
      } catch (error) {
        return error instanceof WrongState ? error.details : error;
      }
    };
    fc.assert(
      fc.property(table, transitions => {
        const life = lifecycle<State, string>('thing', transitions);
        const [given, wanted]: [unknown[], unknown[]] = [[], []];
        for (const state of states) {
          const open = Object.keys(transitions).filter(verb => transitions[verb]?.from.includes(state));
          for (const [verb, { to }] of Object.entries(transitions)) {
            given.push(answer(() => life.next(state, verb)));
            wanted.push(open.includes(verb) ? (to === 'same' ? state : to) : { state, attempted: verb, allowedActions: open });
          }
        }
        expect(given).toEqual(wanted);
      }),
      { numRuns: 5_000 },
    );
  });
});
