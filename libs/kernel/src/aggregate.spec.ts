import { describe, expect, it } from '@jest/globals';
import { Aggregate } from './aggregate.js';

class Lamp extends Aggregate {
  readonly id = 'a';
  readonly version = 1;
  isOn = false;

  light(): void {
    this.isOn = true;
    this.record({ type: 'ciep.house.lamp.lit.v1', data: { lampId: this.id } });
  }
}

describe(Aggregate.name, () => {
  it('hands its events over once, in order, and shows them nowhere else', () => {
    const lamp = new Lamp();
    lamp.light();
    lamp.light();
    expect(JSON.parse(JSON.stringify(lamp))).toEqual({ id: 'a', version: 1, isOn: true });
    expect(Aggregate.takeEvents(lamp)).toHaveLength(2);
    expect(Aggregate.takeEvents(lamp)).toEqual([]);
  });
});
