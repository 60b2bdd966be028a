// The faults of a run and their times, drawn from a seed so that a run can be repeated.
import { processNames, serviceNames, services, type ServiceName } from '@ciep/contracts';
import { faultPoints, type FaultPoint } from '../../libs/platform/src/faults/fault-point.js';
import type { LinkMode } from './proxy.js';
import type { Program } from './stage.js';

/** A fault. Durations are in milliseconds. */
export type Fault =
  | { readonly kind: 'kill'; readonly program: Program }
  /** Everything at once, as when the machine fails. */
  | { readonly kind: 'kill-all' }
  | { readonly kind: 'crash'; readonly service: ServiceName; readonly point: FaultPoint }
  | { readonly kind: 'freeze'; readonly service: ServiceName | 'gateway'; readonly for: number }
  | { readonly kind: 'link'; readonly link: string; readonly mode: LinkMode; readonly for: number };

/** A fault and its delay after the previous one. */
export interface PlannedFault {
  readonly after: number;
  readonly fault: Fault;
}

/** Pseudo-random numbers between 0 and 1 from a seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const second = 1_000;
const links = serviceNames.flatMap(keeper => [`${keeper}>postgres`, `${keeper}>kafka`, `gateway>${keeper}`]).concat('exhibition>identity');

/** The services that reach a point under the traffic of the harness. */
export function servicesWith(point: FaultPoint): readonly ServiceName[] {
  return point === 'webhook.afterPost' ? ['notification'] : point.startsWith('outbox.') ? publishers : serviceNames;
}

/** Notification publishes no events. */
const publishers = serviceNames.filter(name => 'events' in services[name]);

type Random = () => number;
const oneOf = <Item>(items: readonly [Item, ...Item[]] | readonly Item[], random: Random): Item =>
  items[Math.floor(random() * items.length)] as Item;

/** The weight of each kind, and how to draw one. */
const kinds: readonly { readonly weight: number; readonly draw: (random: Random) => Fault }[] = [
  { weight: 14, draw: random => ({ kind: 'kill', program: oneOf(processNames, random) }) },
  { weight: 5, draw: () => ({ kind: 'kill', program: 'postgres' }) },
  { weight: 4, draw: () => ({ kind: 'kill', program: 'kafka' }) },
  { weight: 1, draw: () => ({ kind: 'kill-all' }) },
  { weight: 24, draw: crash },
  { weight: 6, draw: random => ({ kind: 'freeze', service: oneOf(processNames, random), for: 8 * second }) },
  { weight: 12, draw: onLink(() => ({ kind: 'cut', afterBytes: 0 }), second) },
  { weight: 6, draw: onLink(random => ({ kind: 'cut', afterBytes: Math.floor(random() * 4_000) }), 3 * second) },
  { weight: 9, draw: onLink(() => ({ kind: 'black-hole' }), 5 * second) },
  { weight: 6, draw: onLink(() => ({ kind: 'forget' }), 100) },
  { weight: 7, draw: onLink(() => ({ kind: 'delay', ms: 200 }), 5 * second) },
  { weight: 4, draw: onLink(() => ({ kind: 'limit', bytesPerSecond: 20_000 }), 5 * second) },
  { weight: 6, draw: onLink(() => ({ kind: 'refuse' }), 4 * second) },
];

function crash(random: Random): Fault {
  const point = oneOf(faultPoints, random);
  return { kind: 'crash', service: oneOf(servicesWith(point), random), point };
}

function onLink(mode: (random: Random) => LinkMode, duration: number): (random: Random) => Fault {
  return random => ({ kind: 'link', link: oneOf(links, random), mode: mode(random), for: duration });
}

/** The endless faults of a seed: the same for the same seed and pace. */
export function* plan(seed: number, pace: { readonly from: number; readonly to: number }): Generator<PlannedFault, never> {
  const random = randomFrom(seed);
  const whole = kinds.reduce((sum, { weight }) => sum + weight, 0);
  for (;;) {
    const after = Math.round(pace.from + random() * (pace.to - pace.from));
    let rest = random() * whole;
    const chosen = kinds.find(({ weight }) => (rest -= weight) < 0);
    if (chosen) yield { after, fault: chosen.draw(random) };
  }
}

/** The name under which a fault is counted. */
export function nameOf(fault: Fault): string {
  if (fault.kind === 'link') return `link ${fault.mode.kind}`;
  if (fault.kind === 'kill') return fault.program === 'postgres' || fault.program === 'kafka' ? `kill ${fault.program}` : 'kill service';
  return fault.kind;
}

/** A fault in one line. */
export function described(fault: Fault): string {
  if (fault.kind === 'link') return `${fault.mode.kind} on ${fault.link} for ${fault.for} ms`;
  if (fault.kind === 'kill') return `kill ${fault.program}`;
  if (fault.kind === 'crash') return `crash ${fault.service} at ${fault.point}`;
  return fault.kind === 'freeze' ? `freeze ${fault.service} for ${fault.for} ms` : 'kill everything';
}
