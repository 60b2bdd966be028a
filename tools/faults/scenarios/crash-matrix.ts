import { setTimeout as sleep } from 'node:timers/promises';
import { serviceNames, type ServiceName } from '@ciep/contracts';
import { faultPoints, type FaultPoint } from '../../../libs/platform/src/faults/fault-point.js';
import { Nemesis } from '../nemesis.js';
import { randomFrom, servicesWith } from '../plan.js';
import { faultFigures, recoveries, recoveryFigures } from '../recovery.js';
import type { Trial } from '../trial.js';
import type { Findings, Orders, Scenario } from './scenario.js';

/** How long traffic may need to reach a point, and callers to be served again. */
const reachedWithin = 45_000;
const servedWithin = 30_000;
/** Services that crash at the same time. */
const lanes = 2;

interface Cell {
  readonly service: ServiceName;
  readonly point: FaultPoint;
}

/** Every service crashes at every point that it has. */
export const crashMatrix: Scenario = {
  name: 'crash-matrix',
  about: 'each of 14 fault points × each service that has it, under traffic',
  run: (trial, orders) => die(trial, orders, Array.from({ length: orders.rounds }, () => everyCell()).flat()),
};

/** Every point once, in a service chosen by the seed. */
export const crashPoints: Scenario = {
  name: 'crash-points',
  about: 'each of 14 fault points once, in a service chosen by the seed',
  run: (trial, orders) => {
    const random = randomFrom(orders.seed);
    const cells = faultPoints.map(point => {
      const services = servicesWith(point);
      return { point, service: services[Math.floor(random() * services.length)] ?? 'exhibition' };
    });
    return die(trial, orders, cells);
  },
};

const everyCell = (): Cell[] => faultPoints.flatMap(point => servicesWith(point).map(service => ({ service, point })));

async function die(trial: Trial, { say }: Orders, cells: readonly Cell[]): Promise<Findings> {
  const nemesis = new Nemesis(trial.stage, say);
  const missed: string[] = [];
  const open = [...cells];
  const again = new Set<Cell>();
  const busy = new Set<ServiceName>();
  const lane = async () => {
    while (open.length > 0) {
      const index = open.findIndex(({ service }) => !busy.has(service));
      if (index < 0) {
        await sleep(100);
        continue;
      }
      const [cell] = open.splice(index, 1);
      if (!cell) return;
      busy.add(cell.service);
      if (await nemesis.inflict({ kind: 'crash', ...cell }, reachedWithin)) await untilServed(trial, cell.service);
      else if (again.has(cell)) missed.push(`${cell.service} never reached ${cell.point}`);
      else {
        // Other services may have been down: try once more, later.
        again.add(cell);
        open.push(cell);
      }
      busy.delete(cell.service);
    }
  };
  await trial.underTraffic(async () => {
    await Promise.all(serviceNames.map(keeper => untilServed(trial, keeper)));
    await Promise.all(Array.from({ length: lanes }, lane));
  });
  const times = recoveries(nemesis.injected, trial.history.operations);
  return {
    figures: { 'crashes at fault points': nemesis.injected.length, ...faultFigures(nemesis.injected), ...recoveryFigures(times) },
    troubles: missed,
  };
}

async function untilServed({ history }: Trial, service: ServiceName): Promise<void> {
  const from = Date.now();
  const seen = history.operations.length;
  for (const end = from + servedWithin; Date.now() < end; await sleep(50)) {
    const isServed = history.operations
      .slice(seen)
      .some(({ outcome, begun, service: who }) => outcome === 'ok' && who === service && begun >= from);
    if (isServed) return;
  }
}
