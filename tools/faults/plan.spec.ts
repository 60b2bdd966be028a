import { describe, expect, it } from '@jest/globals';
import { faultPoints } from '../../libs/platform/src/faults/fault-point.js';
import type { Operation } from './history.js';
import { listenersOf } from './listeners.js';
import type { Injected } from './nemesis.js';
import { nameOf, plan, servicesWith, type PlannedFault } from './plan.js';
import { recoveries } from './recovery.js';

function drawn(seed: number, count: number): PlannedFault[] {
  const stream = plan(seed, { from: 2_000, to: 4_000 });
  return Array.from({ length: count }, () => stream.next().value);
}

describe('the plan of a seed', () => {
  it('is the same every time for a seed, and differs for another seed', () => {
    expect(drawn(7, 200)).toEqual(drawn(7, 200));
    expect(drawn(7, 200)).not.toEqual(drawn(8, 200));
  });

  it('contains every kind of fault and every fault point, at its pace', () => {
    const faults = drawn(7, 1_000);
    expect(faults.every(({ after }) => after >= 2_000 && after <= 4_000)).toBe(true);
    expect(new Set(faults.map(({ fault }) => nameOf(fault)))).toEqual(
      new Set(
        ['kill service', 'kill postgres', 'kill kafka', 'kill-all', 'crash', 'freeze'].concat(
          ['cut', 'black-hole', 'forget', 'delay', 'limit', 'refuse'].map(mode => `link ${mode}`),
        ),
      ),
    );
    const crashed = new Set(faults.flatMap(({ fault }) => (fault.kind === 'crash' ? [fault.point] : [])));
    expect([...crashed].sort()).toEqual([...faultPoints].sort());
  });

  it('has a service for every fault point', () => {
    for (const point of faultPoints) expect(servicesWith(point).length).toBeGreaterThan(0);
  });
});

describe('recoveries', () => {
  const killed = (at: number, victim?: string): Injected => ({
    fault: { kind: 'kill', program: 'billing' },
    name: 'kill service',
    at,
    victim,
  });
  const answered = (service: string, begun: number, outcome: Operation['outcome'] = 'ok'): Operation => ({
    id: begun,
    client: 'c',
    name: 'n',
    service,
    begun,
    ended: begun + 5,
    outcome,
    attempts: 1,
  });

  it('last until the victim answers a call that started after its death', () => {
    const operations = [
      answered('billing', 90),
      answered('billing', 200, 'unknown'),
      answered('exhibition', 210),
      answered('billing', 300),
    ];
    expect(recoveries([killed(100, 'billing')], operations)).toEqual([205]);
    expect(recoveries([killed(100)], operations)).toEqual([115]);
    expect(recoveries([killed(400)], operations)).toEqual([]);
  });
});

describe('listenersOf', () => {
  it('reads from the catalogue which reactions consume which event', () => {
    const listeners = listenersOf();
    expect(listeners.get('ciep.exhibition.application.approved.v1')).toContainEqual({
      service: 'billing',
      reaction: 'OpenInvoiceWhenApplicationApproved',
    });
    expect(listeners.get('ciep.identity.grant.revoked.v1') ?? []).toHaveLength(5);
  });
});
