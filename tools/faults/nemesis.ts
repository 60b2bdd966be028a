import { setTimeout as sleep } from 'node:timers/promises';
import { described, nameOf, type Fault } from './plan.js';
import { keepers, type Stage } from './stage.js';

/** A fault that was done. */
export interface Injected {
  readonly fault: Fault;
  readonly name: string;
  readonly at: number;
  /** Whom the callers miss: the service, or undefined when it may be all of them. */
  readonly victim: string | undefined;
}

/** How long a crash point may wait for somebody to come by. */
const patience = 6_000;

/** Does faults to a platform, and remembers them. */
export class Nemesis {
  readonly injected: Injected[] = [];
  /** Crash points that nobody reached in time. */
  missed = 0;
  private readonly busy = new Set<string>();
  private readonly open = new Set<Promise<void>>();

  constructor(
    private readonly stage: Stage,
    private readonly say: (line: string) => void = () => undefined,
  ) {}

  /** Begins a fault; what it does for a while goes on in the background. False when its victim is still at the one before. */
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

  /** Does one fault to its end; false when it was a crash point that nobody reached. */
  async inflict(fault: Fault, within = patience): Promise<boolean> {
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

  /** Answers when it struck; undefined if it did not. */
  private async carryOut(fault: Fault, within = patience): Promise<number | undefined> {
    const { stage } = this;
    const at = Date.now();
    if (fault.kind === 'kill') stage.kill(fault.program);
    else if (fault.kind === 'kill-all') for (const program of ['kafka', 'postgres', 'gateway', ...keepers] as const) stage.kill(program);
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
  return fault.kind === 'kill' && keepers.some(keeper => keeper === fault.program) ? fault.program : undefined;
}
