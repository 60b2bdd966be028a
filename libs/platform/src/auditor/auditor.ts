import type { Database } from '../database/database.js';
import type { Log } from '../logging/log.js';
import { WakeUp } from '../messaging/wake-up.js';
import { auditDuration, auditFailures, auditLastRun, invariantViolations } from '../metrics/metrics.js';
import { platformInvariants, type Invariant } from './invariant.js';
import { Walk } from './pages.js';

const defaultPace = { firstAfter: 10_000, every: 60_000 };
/** After a check the auditor waits a hundred times as long as the check took, so that no invariant takes more than 1 % of a connection. */
const restFactor = 100;
const mostCounted = 1_000;
const mostNamed = 20;

/** An invariant that does not hold. */
export interface Violation {
  readonly invariant: string;
  /** The number of violating rows, counted up to 1000. */
  readonly count: number;
  /** The ids of the first ones. */
  readonly ids: readonly string[];
}

/**
 * Checks the invariants of a service's data every minute, and reports violations by metric and log. It never changes data: violations
 * are for a person to look at. Of several instances, only the relay's leader audits.
 */
export class Auditor {
  private readonly invariants: readonly Invariant[];
  private readonly restsUntil = new Map<string, number>();
  private readonly walks = new Map<string, Walk>();
  private readonly wakeUp = new WakeUp();
  private stopping = false;
  private loop: Promise<void> = Promise.resolve();

  constructor(
    invariants: readonly Invariant[],
    private readonly database: Database,
    private readonly log: Log,
    private readonly isLeader: () => boolean,
    private readonly pace = defaultPace,
  ) {
    this.invariants = [...platformInvariants, ...invariants];
  }

  start(): void {
    this.loop = this.run();
  }

  /** Finishes the current check and removes the gauges. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.wakeUp.wake();
    await this.loop;
    this.removeGauges(this.invariants);
  }

  /** Checks every invariant completely, now. */
  async audit(): Promise<Violation[]> {
    const found: Violation[] = [];
    for (const invariant of this.invariants) {
      this.walks.delete(invariant.name);
      const violation = await this.check(invariant, Infinity);
      if (violation) found.push(violation);
    }
    return found;
  }

  private async run(): Promise<void> {
    for (let pause = this.pace.firstAfter; !this.stopping; pause = this.pace.every) {
      await this.wakeUp.sleep(pause);
      if (!this.isLeader()) this.removeGauges(this.invariants);
      for (const invariant of this.invariants) {
        if (this.stopping || !this.isLeader()) break;
        if (performance.now() >= (this.restsUntil.get(invariant.name) ?? 0)) await this.check(invariant);
      }
    }
  }

  private async check(invariant: Invariant, longest?: number): Promise<Violation | undefined> {
    const { name, holds } = invariant;
    const labels = { service: this.database.service, invariant: name };
    const begun = performance.now();
    try {
      const ids = (await this.violating(invariant, longest)).slice(0, mostCounted);
      invariantViolations.set(labels, ids.length);
      auditLastRun.set(labels, Date.now() / 1_000);
      if (ids.length === 0) return undefined;
      const violation = { invariant: name, count: ids.length, ids: ids.slice(0, mostNamed) };
      this.log.error({ service: this.database.service, ...violation }, `does not hold: ${holds}`);
      return violation;
    } catch (error) {
      this.removeGauges([invariant]);
      auditFailures.inc(labels);
      this.log.warn({ service: this.database.service, error, invariant: name }, 'an invariant could not be checked');
      return undefined;
    } finally {
      const took = performance.now() - begun;
      auditDuration.observe(labels, took / 1_000);
      this.restsUntil.set(name, performance.now() + took * restFactor);
    }
  }

  private violating(invariant: Invariant, longest?: number): Promise<string[]> {
    const { name, pages, values } = invariant;
    if (!pages) return this.ask(invariant, values?.(this.database.clock.now()) ?? []);
    const walk = this.walks.get(name) ?? new Walk(pages, this.database, (after, upTo) => this.ask(invariant, [after, upTo]));
    this.walks.set(name, walk);
    return walk.goOn(longest);
  }

  private async ask({ violations }: Invariant, values: unknown[]): Promise<string[]> {
    const rows = await this.database.query<{ id: string }[]>(
      `SELECT v.id::text AS id FROM (${violations}) AS v LIMIT ${mostCounted}`,
      values,
    );
    return rows.map(({ id }) => id);
  }

  private removeGauges(invariants: readonly Invariant[]): void {
    for (const { name } of invariants) {
      const labels = { service: this.database.service, invariant: name };
      invariantViolations.remove(labels);
      auditLastRun.remove(labels);
    }
  }
}
