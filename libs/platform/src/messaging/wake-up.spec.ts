import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { WakeUp } from './wake-up.js';

const runs = 5_000;
/** Longer than any test: a lost wake-up is a worker that never goes on. */
const forEver = 2 ** 30;

interface Alarm {
  wake(): void;
  sleep(milliseconds: number): Promise<boolean>;
}

/** Forgets a call that comes while nobody sleeps. */
class Forgetful implements Alarm {
  private end: (() => void) | undefined;
  wake(): void {
    this.end?.();
  }
  sleep(): Promise<boolean> {
    return new Promise(resolve => (this.end = () => resolve(true)));
  }
}

/** A worker that looks for work and sleeps while there is none, and producers that bring it; in the order that the scheduler draws. */
async function worked(s: fc.Scheduler, alarm: Alarm, pieces: number): Promise<number> {
  let waiting = 0;
  let done = 0;
  const worker = async () => {
    while (done < pieces) {
      const found = await s.schedule(Promise.resolve(), 'look').then(() => waiting);
      await s.schedule(Promise.resolve(), 'work');
      done += found;
      waiting -= found;
      if (found === 0) await alarm.sleep(forEver);
    }
  };
  void worker();
  for (let piece = 0; piece < pieces; piece += 1) {
    void s.schedule(Promise.resolve(), 'bring').then(() => {
      waiting += 1;
      alarm.wake();
    });
  }
  await s.waitIdle();
  return done;
}

describe(WakeUp.name, () => {
  const scheduled = (make: () => Alarm) =>
    fc.asyncProperty(fc.scheduler(), fc.integer({ min: 1, max: 5 }), async (s, pieces) => {
      expect(await worked(s, make(), pieces)).toBe(pieces);
    });

  it('is never lost, whenever it comes between look, work and sleep', async () => {
    await fc.assert(
      scheduled(() => new WakeUp()),
      { numRuns: runs },
    );
  });

  it('would be found out if it forgot a call', async () => {
    expect((await fc.check(scheduled(() => new Forgetful()))).failed).toBe(true);
  });

  it('ends one sleep, not the one after it', async () => {
    const wakeUp = new WakeUp();
    wakeUp.wake();
    expect([await wakeUp.sleep(forEver), await wakeUp.sleep(1)]).toEqual([true, false]);
  });
});
