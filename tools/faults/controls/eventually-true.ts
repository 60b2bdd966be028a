import { setTimeout as sleep } from 'node:timers/promises';

/** Looks again and again until it is so, or the time is over; answers whether it is. */
export async function eventuallyTrue(within: number, look: () => Promise<boolean> | boolean): Promise<boolean> {
  for (const end = Date.now() + within; Date.now() < end; await sleep(100)) if (await look()) return true;
  return look();
}
