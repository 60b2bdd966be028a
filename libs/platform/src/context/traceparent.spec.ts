import { describe, expect, it } from '@jest/globals';
import { childTraceparent } from './traceparent.js';

describe(childTraceparent.name, () => {
  it('stays in the trace of the caller, as a span of its own', () => {
    const parent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const child = childTraceparent(parent);
    expect(child).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$/);
    expect(child).not.toBe(parent);
  });

  it('starts a trace when the caller sends none, or nonsense', () => {
    expect(childTraceparent(undefined)).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    expect(childTraceparent(`00-${'0'.repeat(32)}-b7ad6b7169203331-01`)).toMatch(/^00-(?!0{32})[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    expect(childTraceparent('00-zz-b7ad6b7169203331-01')).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
  });
});
