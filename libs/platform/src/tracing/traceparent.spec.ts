import { describe, expect, it } from '@jest/globals';
import { childOf, spanContextOf, traceparentOf } from './traceparent.js';

describe(childOf.name, () => {
  const child = (parent: string | undefined) => traceparentOf(childOf(spanContextOf(parent)));

  it('stays in the trace of the caller, as a span of its own', () => {
    const parent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    expect(child(parent)).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$/);
    expect(child(parent)).not.toBe(parent);
    expect(child(parent)).not.toBe(child(parent));
  });

  it('starts a trace when the caller sends none, or nonsense', () => {
    expect(child(undefined)).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    expect(child(`00-${'0'.repeat(32)}-b7ad6b7169203331-01`)).toMatch(/^00-(?!0{32})[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    expect(child('00-zz-b7ad6b7169203331-01')).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
  });
});
