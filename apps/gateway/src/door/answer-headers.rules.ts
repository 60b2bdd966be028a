import type { OutgoingHttpHeader, OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** Names, in lower case, and values of headers. */
export type Headers = Readonly<Record<string, string>>;

/** The values of two `Vary` headers as one. */
const together = (one: string, other: OutgoingHttpHeader | undefined): string => {
  const names = (Array.isArray(other) ? other.join() : String(other ?? '')).split(',').map(name => name.trim());
  return [...names.filter(name => name !== '' && name.toLowerCase() !== one.toLowerCase()), one].join(', ');
};

/**
 * Has an answer bear these headers, whoever writes it. What the writer gives under the same name stands instead; only `vary` adds up:
 * a shared cache must not give one origin's answer to another.
 */
export function answerWith(response: ServerResponse, own: Headers): void {
  const writeHead = response.writeHead.bind(response) as (status: number, headers: OutgoingHttpHeader[]) => ServerResponse;
  response.writeHead = (status: number, ...rest: unknown[]) => {
    const given = rest.at(-1);
    // Names and values in turn, because Node sends such a list as it is.
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
