import { randomFillSync } from 'node:crypto';
import type { SpanContext } from '@opentelemetry/api';

const pattern = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/;

/** The span that a W3C `traceparent` names; undefined if it is missing or invalid. */
export function spanContextOf(traceparent: string | undefined): SpanContext | undefined {
  const [, traceId, spanId, flags] = pattern.exec(traceparent ?? '') ?? [];
  return traceId && spanId && flags ? { traceId, spanId, traceFlags: Number.parseInt(flags, 16) } : undefined;
}

/** The W3C `traceparent` that names a span. */
export const traceparentOf = ({ traceId, spanId, traceFlags }: SpanContext): string =>
  `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;

/** Random bytes for many ids at once: separate calls for each request took 4 % of the gateway's time. */
const drawn = Buffer.alloc(4_096);
let used = drawn.length;

/** Random bytes as hexadecimal digits. */
function randomHex(bytes: 8 | 16): string {
  if (used + bytes > drawn.length) {
    randomFillSync(drawn);
    used = 0;
  }
  used += bytes;
  return drawn.toString('hex', used - bytes, used);
}

/** A new span in its parent's trace; without a parent, in a new trace that is not recorded. */
export const childOf = (parent: SpanContext | undefined): SpanContext => ({
  traceId: parent?.traceId ?? randomHex(16),
  spanId: randomHex(8),
  traceFlags: parent?.traceFlags ?? 0,
});
