import { newId } from '@ciep/kernel';
import { describe, expect, it } from '@jest/globals';
import { Booth, type BoothPlan } from './booth.entity.js';
import { squareMetres } from './booth.rules.js';

const plan = (changes: Partial<BoothPlan> = {}): BoothPlan => ({
  number: '2B-017',
  type: 'standard',
  areaType: 'enterprise',
  areaDm2: 900,
  widthDm: 30,
  depthDm: 30,
  hall: 2,
  floor: 1,
  ...changes,
});
const aBooth = (changes: Partial<BoothPlan> = {}) => Booth.plan({ editionId: newId(), nodeId: newId(), isInvented: false }, plan(changes));

describe(Booth.name, () => {
  it('is offered by default', () => {
    expect(aBooth()).toMatchObject({ ...plan(), status: 'available', blockedReason: null });
  });

  it.each([
    [{ areaDm2: 900, widthDm: 30, depthDm: 30 }, true],
    [{ areaDm2: 850, widthDm: 30, depthDm: 30 }, true],
    [{ areaDm2: 901, widthDm: 30, depthDm: 30 }, false],
    [{ areaDm2: 12_345, widthDm: null, depthDm: null }, true],
    [{ areaDm2: 900, widthDm: 30, depthDm: null }, false],
    [{ areaDm2: 900, widthDm: null, depthDm: 30 }, false],
  ])('judges %p', (measures, fits) => {
    const refusal = fits ? undefined : expect.objectContaining({ code: 'booth.larger_than_its_sides', kind: 'invalid' });
    const judge = () => aBooth(measures);
    if (refusal === undefined) expect(judge()).toMatchObject(measures);
    else expect(judge).toThrow(refusal);
  });

  it('is blocked with a reason, which another one replaces, and can be offered again', () => {
    const booth = aBooth();
    booth.block('fire exit');
    booth.block('stage');
    expect(booth).toMatchObject({ status: 'blocked', blockedReason: 'stage' });
    booth.unblock();
    expect(booth).toMatchObject({ status: 'available', blockedReason: null });
  });
});

describe(squareMetres.name, () => {
  it.each([
    [900, 9],
    [3_650, 36.5],
    [625, 6.3],
    [624, 6.2],
  ])('shows %i dm² as %f m²', (dm2, m2) => expect(squareMetres(dm2)).toBe(m2));
});
