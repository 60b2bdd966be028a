import { interrupted, quietNode } from './child.js';
import { count, withServers, type Outcome } from './jest.js';
import type { Suite } from './suites.js';
import { judgedSuite, noTests, verdict, type Step } from './verdict.js';

/** A command-line tool of the project with its arguments. */
export interface Tool {
  readonly name: string;
  readonly args: readonly string[];
}

/** A run of all steps. A failing step does not stop the others. */
export class WholeRun {
  private readonly steps: Step[] = [];

  /** Runs single-core tools in several parallel rows. Shows the output of a tool when it has finished. */
  async sideBySide(...rows: (readonly Tool[])[]): Promise<void> {
    const ended = new Map<string, Step>();
    await Promise.all(
      rows.map(async row => {
        for (const { name, args } of row) {
          interrupted.throwIfAborted();
          const begun = performance.now();
          const { code, said } = await quietNode(args);
          console.log(`\n== ${name}\n${said.trimEnd()}`);
          ended.set(name, { ...noTests, name, code, seconds: (performance.now() - begun) / 1000 });
        }
      }),
    );
    this.steps.push(...rows.flat().flatMap(({ name }) => ended.get(name) ?? []));
  }

  /** Runs suites; consecutive ones with the same needs share servers. If these do not start, each of their suites fails. */
  async suites(all: readonly Suite[]): Promise<void> {
    for (const group of groups(all)) await this.group(group);
  }

  /** Prints the table of steps and the sum. Resolves to the exit code. */
  conclude(): number {
    const { code, text } = verdict(this.steps);
    console.log(`\n${text}`);
    return code;
  }

  private async group(group: readonly Suite[]): Promise<void> {
    const open = new Set(group);
    try {
      await withServers(group[0]?.needs ?? { postgres: false, kafka: false }, async env => {
        for (const suite of group) {
          await this.step(suite.name, async () => judgedSuite(await count(suite, env)));
          open.delete(suite);
        }
        return 0;
      });
    } catch (error) {
      if (interrupted.aborted) throw error;
      console.error(`\n${error instanceof Error ? error.message : String(error)}`);
      for (const { name } of open) this.steps.push({ ...noTests, name, code: 1, seconds: 0, trouble: 'did not run, see above' });
    }
  }

  private async step(name: string, work: () => Promise<Outcome & { trouble?: string }>): Promise<void> {
    interrupted.throwIfAborted();
    console.log(`\n== ${name}`);
    const begun = performance.now();
    const outcome = await work();
    this.steps.push({ name, seconds: (performance.now() - begun) / 1000, ...outcome });
  }
}

/** Runs `work`; an interrupt ends it with exit code 130. */
export async function unlessInterrupted(work: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await work();
  } catch (error) {
    if (!interrupted.aborted) throw error;
    process.exitCode = 130;
  }
}

/** Groups consecutive suites with the same needs. */
function groups(all: readonly Suite[]): Suite[][] {
  const grouped: Suite[][] = [];
  for (const suite of all) {
    const last = grouped.at(-1);
    if (last?.[0]?.needs === suite.needs) last.push(suite);
    else grouped.push([suite]);
  }
  return grouped;
}
