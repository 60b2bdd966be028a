import { setTimeout as sleep } from 'node:timers/promises';
import { serviceNames } from '@ciep/contracts';
import { described, nameOf, type Fault } from './plan.js';
import type { Stage } from './stage.js';

/** An injected fault. */
export interface Injected {
  readonly fault: Fault;
  readonly name: string;
  readonly at: number;
  /** The service that callers miss, or undefined if it may be all of them. */
  readonly victim: string | undefined;
}

/** How long a fault point may wait until a service reaches it. */
const longestWaitMs = 6_000;

/** Injects faults into a platform and records them. */
export class Nemesis {
  readonly injected: Injected[] = [];
  /** Fault points that no service reached in time. */
  missed = 0;
  private readonly busy = new Set<string>();
  private readonly open = new Set<Promise<void>>();

  constructor(
    private readonly stage: Stage,
    private readonly say: (line: string) => void = () => undefined,
  ) {}

  /** Starts a fault; its longer effects continue in the background. False while its victim still has the previous fault. */
  inject(fault: Fault): boolean {
    const place = placeOf(fault);
    if (this.busy.has(place)) return false;
    this.busy.add(place);
    const done = this.carryOut(fault)
      .then(hit => this.note(fault, hit))
      .finally(() => {
        this.busy.delete(place);
        this.open.delete(done);
      });
    this.open.add(done);
    return true;
  }

  /** Injects one fault completely; false if it was a fault point that no service reached. */
  async inflict(fault: Fault, within = longestWaitMs): Promise<boolean> {
    const hit = await this.carryOut(fault, within);
    this.note(fault, hit);
    return hit !== undefined;
  }

  /** Resolves when every fault is over. */
  async rest(): Promise<void> {
    await Promise.all(this.open);
  }

  private note(fault: Fault, at: number | undefined): void {
    if (at === undefined) this.missed += 1;
    else this.injected.push({ fault, name: nameOf(fault), at, victim: victimOf(fault) });
    this.say(`${described(fault)}${at === undefined ? ': not reached' : ''}`);
  }

  /** Returns the time of the fault; undefined if it did not happen. */
  private async carryOut(fault: Fault, within = longestWaitMs): Promise<number | undefined> {
    const { stage } = this;
    const at = Date.now();
    if (fault.kind === 'kill') stage.kill(fault.program);
    else if (fault.kind === 'kill-all')
      for (const program of ['kafka', 'postgres', 'gateway', ...serviceNames] as const) stage.kill(program);
    else if (fault.kind === 'freeze') await stage.freeze(fault.service, fault.for);
    else if (fault.kind === 'crash') return (await stage.crash(fault.service, fault.point, within)) ? Date.now() : undefined;
    else {
      const link = stage.link(fault.link);
      link.set(fault.mode);
      await sleep(fault.for);
      link.heal();
    }
    return at;
  }
}

const placeOf = (fault: Fault): string =>
  fault.kind === 'link'
    ? fault.link
    : fault.kind === 'kill'
      ? `kill ${fault.program}`
      : fault.kind === 'kill-all'
        ? 'everything'
        : `${fault.kind} ${fault.service}`;

function victimOf(fault: Fault): string | undefined {
  if (fault.kind === 'crash') return fault.service;
  if (fault.kind === 'freeze') return fault.service === 'gateway' ? undefined : fault.service;
  if (fault.kind === 'link') {
    const [from, to] = fault.link.split('>');
    return from === 'gateway' ? to : from;
  }
  return fault.kind === 'kill' && serviceNames.some(keeper => keeper === fault.program) ? fault.program : undefined;
}
