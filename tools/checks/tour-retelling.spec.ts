import { describe, expect, it } from '@jest/globals';
import { told, toldAnswer, toldBody } from '../tour/retelling.js';

describe('what the tour prints', () => {
  it('tells of an answer what is new and what comes next', () => {
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
    expect(told(exchange)).toBe(
      '  shenzhen: POST /v1/x/approve\n      {"boothId":"b"}\n' +
        '    → 200 number: demo-000009 · status: approved · boothNumber: 2D-016 · allowedActions: swap_booth, release',
    );
  });

  it('writes money in yuan, texts in both languages, and the first few of many', () => {
    expect(toldAnswer({ gross: { amount: 1_272_005, currency: 'CNY' } })).toBe('gross: CNY 12,720.05');
    expect(toldAnswer({ title: { en: 'Demo', zh: '演示' } })).toBe('title: 演示 / Demo');
    expect(toldAnswer({ items: [1, 2, 3, 4, 5, 6].map(number => ({ number })) })).toBe('6 found: 1, 2, 3, 4 and 2 more');
    expect(toldAnswer({ items: [] })).toBe('nothing yet');
    expect(toldAnswer('0 bytes')).toBe('');
  });

  it('prints no password and no secret', () => {
    expect(toldBody({ password: 'swordfish' })).toBe('{"password":"(hidden)"}');
    expect(toldAnswer({ secret: 'whsec_x', status: 'enabled' })).toBe('status: enabled');
  });
});
