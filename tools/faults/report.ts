import { rules } from './checker.js';
import type { Findings } from './scenarios/scenario.js';
import type { Conclusion } from './trial.js';

/** Prints the results of each scenario and sums them up. */
export class Report {
  /** Violations and failures so far; one that stays counts once. */
  broken = 0;
  private played = 0;
  private readonly faults = new Map<string, number>();
  private readonly seen = new Set<string>();
  private last: Conclusion | undefined;

  /** Records a finished scenario. */
  add(name: string, { figures, troubles }: Findings, conclusion: Conclusion): void {
    const news = conclusion.violations.filter(({ rule, what }) => !this.seen.has(`${rule}: ${what}`));
    for (const { rule, what } of news) this.seen.add(`${rule}: ${what}`);
    this.broken += news.length + troubles.length;
    this.played += 1;
    this.last = conclusion;
    for (const [what, figure] of Object.entries(figures))
      if (what.startsWith('faults: ')) this.faults.set(what, (this.faults.get(what) ?? 0) + Number(figure));
    console.log(`\n${name}\n${table({ ...figures, ...countsOf(conclusion) })}\n`);
    const byRule = Map.groupBy(news, ({ rule }) => rule);
    console.log(table(Object.fromEntries(rules.map(rule => [`broken: ${rule.name}`, byRule.get(rule.name)?.length ?? 0]))));
    for (const { rule, what } of news.slice(0, 50)) console.log(`BROKEN  ${rule}: ${what}`);
    for (const trouble of troubles) console.log(`TROUBLE ${trouble}`);
  }

  /** The last lines. */
  end(seed: number): string {
    const all = [...this.faults.values()].reduce((sum, count) => sum + count, 0);
    const sums = table({ 'faults in total': all, ...Object.fromEntries(this.faults), ...(this.last && countsOf(this.last)) });
    const verdict = this.broken === 0 ? 'every promise was kept' : `${this.broken} times a promise was broken`;
    return `\nall together\n${sums}\n\n${this.played} scenarios, seed ${seed}: ${verdict}`;
  }
}

const countsOf = ({ operations, events, messages, repeated, rest, evidence }: Conclusion) => ({
  'operations ok': operations.ok,
  'operations refused': operations.fail,
  'operations unknown': operations.unknown,
  '500 answers': evidence.operations.filter(({ status }) => status === 500).length,
  'events published': events,
  'messages on topics': messages,
  'repeated messages': repeated,
  'outbox and inbox empty after recovery, ms': rest.emptyAfter,
});

/** Names and figures in two columns. */
export function table(figures: Readonly<Record<string, string | number>>): string {
  const rows = Object.entries(figures).map(([name, figure]) => [name, String(figure)] as const);
  const wide = Math.max(0, ...rows.map(([name]) => name.length));
  const far = Math.max(0, ...rows.map(([, figure]) => figure.length));
  return rows.map(([name, figure]) => `  ${name.padEnd(wide)}  ${figure.padStart(far)}`).join('\n');
}
