import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Supervisor } from './supervisor.js';

describe(Supervisor.name, () => {
  let isAlive = true;
  let failures = 0;
  let started = 0;
  let supervisor: Supervisor | undefined;

  const watch = () => {
    [isAlive, failures, started] = [true, 0, 0];
    supervisor = new Supervisor([
      {
        name: 'billing',
        isAlive: () => isAlive,
        start: () => {
          started += 1;
          if (failures-- > 0) return Promise.reject(new Error('the database is away'));
          isAlive = true;
          return Promise.resolve();
        },
      },
    ]);
    supervisor.start();
    return supervisor;
  };

  afterEach(() => supervisor?.stop());

  it('restarts what has died, and records how long it was away', async () => {
    const watching = watch();
    isAlive = false;
    const died = Date.now();
    await sleep(20);
    await watching.untilAllRun(5_000);
    expect(started).toBe(1);
    expect(watching.absences).toHaveLength(1);
    expect(watching.absences[0]).toMatchObject({ name: 'billing', vain: 0 });
    expect((watching.absences[0]?.to ?? Infinity) - died).toBeLessThan(2_000);
  });

  it('retries when a start fails', async () => {
    const watching = watch();
    [isAlive, failures] = [false, 2];
    await watching.untilAllRun(5_000);
    expect(watching.absences[0]).toMatchObject({ vain: 2 });
  });

  it('does not restart a program that it does not mind, and reports what is missing', async () => {
    const watching = watch();
    watching.leave('billing');
    isAlive = false;
    await expect(watching.untilAllRun(400)).rejects.toThrow('billing did not come back');
    expect(started).toBe(0);
    watching.mind('billing');
    await watching.untilAllRun(5_000);
    expect(started).toBe(1);
  });
});
