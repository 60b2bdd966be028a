import type { ServerResponse } from 'node:http';

const callbacks = Symbol('callbacks for the end of the answer');
type Awaited = ServerResponse & { [callbacks]?: (() => void)[] };

/**
 * Runs callbacks in order when an answer has ended, complete or not. All callbacks share one listener: in one process, the same
 * response passes through gateway and service, and Nest and Fastify add seven listeners for a streamed file.
 */
export function whenOver(response: Awaited, work: () => void): void {
  const works = response[callbacks];
  if (works) {
    works.push(work);
    return;
  }
  const first = [work];
  response[callbacks] = first;
  response.once('close', () => {
    for (const each of first) each();
  });
}
