import { Pool } from 'undici';

/** One request of the load. */
export interface Shot {
  readonly method?: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The result. */
export interface Pressed {
  /** The count of each status. */
  readonly statuses: Readonly<Record<number, number>>;
  readonly answers: number;
  readonly seconds: number;
  readonly perSecond: number;
}

/**
 * Sends the requests from `next` over a number of connections to this machine, each waiting for its answer, until `next` has no more or the
 * time is over.
 */
export async function press(
  origin: string,
  next: () => Shot | undefined,
  { connections, seconds = 60 }: { connections: number; seconds?: number },
): Promise<Pressed> {
  const { port } = new URL(origin);
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections, pipelining: 1 });
  const statuses: Record<number, number> = {};
  const begin = performance.now();
  const end = begin + seconds * 1_000;
  const shoot = async (): Promise<void> => {
    for (let shot = next(); shot && performance.now() < end; shot = next()) {
      const { statusCode, body } = await pool.request({
        method: shot.method ?? 'GET',
        path: shot.path,
        ...(shot.headers && { headers: shot.headers }),
        ...(shot.body !== undefined && { body: shot.body }),
      });
      await body.arrayBuffer();
      statuses[statusCode] = (statuses[statusCode] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: connections }, shoot));
  const took = (performance.now() - begin) / 1_000;
  await pool.close();
  const answers = Object.values(statuses).reduce((sum, count) => sum + count, 0);
  return { statuses, answers, seconds: took, perSecond: answers / took };
}

/** Throws if any answer had another status than the bench measures. */
export function only(status: number, pressed: Pressed): Pressed {
  if (pressed.statuses[status] !== pressed.answers) throw new Error(`not only ${status}: ${JSON.stringify(pressed.statuses)}`);
  return pressed;
}
