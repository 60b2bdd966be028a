import type { ServerResponse } from 'node:http';

const waiting = Symbol('what waits for the end of the answer');
type Awaited = ServerResponse & { [waiting]?: (() => void)[] };

/**
 * Runs work when an answer is over, sent or broken off, in the order it was asked for. However many wait for it, the response bears
 * one listener: in one process the same response passes gateway and service, and Nest and Fastify add seven for a streamed file.
 */
export function whenOver(response: Awaited, work: () => void): void {
  const works = response[waiting];
  if (works) {
    works.push(work);
    return;
  }
  const first = [work];
  response[waiting] = first;
  response.once('close', () => {
    for (const each of first) each();
  });
}
