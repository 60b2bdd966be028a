import type { OutgoingHttpHeader, OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** Header names, in lower case, with their values. */
export type Headers = Readonly<Record<string, string>>;

/** Merges two `Vary` headers. */
const together = (one: string, other: OutgoingHttpHeader | undefined): string => {
  const names = (Array.isArray(other) ? other.join() : String(other ?? '')).split(',').map(name => name.trim());
  return [...names.filter(name => name !== '' && name.toLowerCase() !== one.toLowerCase()), one].join(', ');
};

/**
 * Adds these headers to an answer of any writer. A header of the writer takes precedence, except `vary`, which is merged: a shared
 * cache must not give one origin's answer to another.
 */
export function answerWith(response: ServerResponse, own: Headers): void {
  const writeHead = response.writeHead.bind(response) as (status: number, headers: OutgoingHttpHeader[]) => ServerResponse;
  response.writeHead = (status: number, ...rest: unknown[]) => {
    const given = rest.at(-1);
    // Alternating names and values, because Node sends such a list unchanged.
    const all: OutgoingHttpHeader[] = [];
    const names = new Set<string>();
    if (typeof given === 'object') {
      for (const [name, value] of Object.entries(given as OutgoingHttpHeaders)) {
        const lower = name.toLowerCase();
        names.add(lower);
        if (value !== undefined) all.push(name, lower === 'vary' && own[lower] !== undefined ? together(own[lower], value) : value);
      }
    }
    for (const [name, value] of Object.entries(own)) {
      if (names.has(name)) continue;
      if (!response.hasHeader(name)) all.push(name, value);
      else if (name === 'vary') all.push(name, together(value, response.getHeader(name)));
    }
    return writeHead(status, all);
  };
}
