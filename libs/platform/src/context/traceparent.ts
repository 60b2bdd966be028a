import { randomFillSync } from 'node:crypto';

const pattern = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/;

/** The parts of a W3C `traceparent`; undefined for none, or nonsense. */
export function parsedTraceparent(text: string | undefined): { traceId: string; spanId: string; flags: number } | undefined {
  const [, traceId, spanId, flags] = pattern.exec(text ?? '') ?? [];
  return traceId && spanId && flags ? { traceId, spanId, flags: Number.parseInt(flags, 16) } : undefined;
}

/** Puts the parts together. */
export const traceparentOf = (traceId: string, spanId: string, flags: number): string =>
  `00-${traceId}-${spanId}-${flags.toString(16).padStart(2, '0')}`;

/** Random bytes are drawn for many ids at once: drawing 24 for each request was 4 % of the gateway's work. */
const drawn = Buffer.alloc(4_096);
let used = drawn.length;

/** So many random bytes as hexadecimal digits. */
function randomHex(bytes: 8 | 16): string {
  if (used + bytes > drawn.length) {
    randomFillSync(drawn);
    used = 0;
  }
  used += bytes;
  return drawn.toString('hex', used - bytes, used);
}

/** The `traceparent` of a new span inside the caller's trace; a new trace when the caller sent none that is valid. */
export function childTraceparent(parent: string | undefined): string {
  const { traceId, flags } = parsedTraceparent(parent) ?? { traceId: randomHex(16), flags: 0 };
  return traceparentOf(traceId, randomHex(8), flags);
}
