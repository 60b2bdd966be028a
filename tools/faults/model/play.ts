import fc from 'fast-check';
import { Actors } from './actors.js';
import { rules, type Rules } from './moves.js';
import { begin, giveBack, steps, type Model, type Real } from './rounds.js';
import type { ModelStage } from './stage.js';
import { emptyWorld } from './world.js';

export interface PlayOptions {
  readonly runs: number;
  readonly seed: number;
  /** Maximum number of rounds of a run. */
  readonly rounds?: number;
  /** Ends with success after this many seconds. */
  readonly seconds?: number;
  /** Fast-check's path to a failure, and the path within its commands; both are printed with the failure. Only that run is played. */
  readonly path?: string;
  readonly replayPath?: string;
  /** Whether to shrink a failure before reporting it. */
  readonly shrink?: boolean;
  readonly rules?: Rules;
}

export interface Played {
  readonly runs: number;
  readonly requestsOf: Readonly<Record<string, number>>;
  readonly failure: string | undefined;
}

/** Plays random bookings against the platform and the model in parallel. The same seed draws the same rounds. */
export async function play(stage: ModelStage, options: PlayOptions): Promise<Played> {
  const { runs, seed, rounds = 40, seconds, path, replayPath, shrink = true } = options;
  const before = new Map(stage.asked);
  const property = fc.asyncProperty(
    fc.commands([...steps], { maxCommands: rounds, size: 'max', ...(replayPath !== undefined && { replayPath }) }),
    async commands => {
      const scene = await stage.scene();
      const model: Model = { worlds: [emptyWorld(scene.places, scene.gross)], rules: options.rules ?? rules };
      const real: Real = { stage, actors: new Actors(stage, scene) };
      await begin(model, real);
      await fc.asyncModelRun(() => Promise.resolve({ model, real }), commands);
      await giveBack(model, real);
    },
  );
  const details = await fc.check(property, {
    ...{ numRuns: runs, seed, unbiased: true, endOnFailure: !shrink },
    ...(path !== undefined && { path }),
    ...(seconds !== undefined && { interruptAfterTimeLimit: seconds * 1_000 }),
  });
  const requestsOf = Object.fromEntries([...stage.asked].map(([kind, count]) => [kind, count - (before.get(kind) ?? 0)]));
  return { runs: details.numRuns, requestsOf, failure: details.failed ? await description(details) : undefined };
}

async function description<Drawn>(details: fc.RunDetails<Drawn>): Promise<string> {
  const { errorInstance } = details;
  return `${errorInstance instanceof Error ? (errorInstance.stack ?? errorInstance.message) : String(errorInstance)}\n${await fc.asyncDefaultReportMessage(details)}`;
}
