import { setTimeout as sleep } from 'node:timers/promises';

/** Polls until the condition is true or the time is over, and returns which. */
export async function eventuallyTrue(within: number, look: () => Promise<boolean> | boolean): Promise<boolean> {
  for (const end = Date.now() + within; Date.now() < end; await sleep(100)) if (await look()) return true;
  return look();
}
