import { randomBytes } from 'node:crypto';

const pattern = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** The `traceparent` of a new span inside the caller's trace; a new trace when the caller sent none that is valid. */
export function childTraceparent(parent: string | undefined): string {
  const [, trace = randomBytes(16).toString('hex'), , flags = '00'] = pattern.exec(parent ?? '') ?? [];
  return `00-${trace}-${randomBytes(8).toString('hex')}-${flags}`;
}
