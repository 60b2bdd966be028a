import { describe, expect, it } from '@jest/globals';
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
      facts: { state: 'sent', attempted: 'send', allowedActions: ['edit', 'drop'] },
    });
  });
});
