import { describe, expect, it } from '@jest/globals';
import { transcriptOf, answerLine, bodyLine } from '../tour/transcript.js';

describe('what the tour prints', () => {
  it('shows the interesting fields of an answer', () => {
    const received = {
      id: '01a1fd7a-1509-771c-9709-026615aa22d6',
      version: 8,
      number: 'demo-000009',
      status: 'approved',
      boothNumber: '2D-016',
      allowedActions: ['swap_booth', 'release'],
      corrections: [],
    };
    const exchange = { who: 'shenzhen', method: 'POST', path: '/v1/x/approve', sent: { boothId: 'b' }, status: 200, received };
    expect(transcriptOf(exchange)).toBe(
      '  shenzhen: POST /v1/x/approve\n      {"boothId":"b"}\n' +
        '    → 200 number: demo-000009 · status: approved · boothNumber: 2D-016 · allowedActions: swap_booth, release',
    );
  });

  it('writes money in yuan, texts in both languages, and the first few of many', () => {
    expect(answerLine({ gross: { amount: 1_272_005, currency: 'CNY' } })).toBe('gross: CNY 12,720.05');
    expect(answerLine({ title: { en: 'Demo', zh: '演示' } })).toBe('title: 演示 / Demo');
    expect(answerLine({ items: [1, 2, 3, 4, 5, 6].map(number => ({ number })) })).toBe('6 found: 1, 2, 3, 4 and 2 more');
    expect(answerLine({ items: [] })).toBe('nothing yet');
    expect(answerLine('0 bytes')).toBe('');
  });

  it('prints no password and no secret', () => {
    expect(bodyLine({ password: 'swordfish' })).toBe('{"password":"(hidden)"}');
    expect(answerLine({ secret: 'whsec_x', status: 'enabled' })).toBe('status: enabled');
  });
});
