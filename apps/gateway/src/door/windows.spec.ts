import { describe, expect, it } from '@jest/globals';
import { Windows } from './windows.rules.js';

describe(Windows, () => {
  it('counts each key separately, for a minute from its first request', () => {
    const windows = new Windows(10);
    expect(windows.count('a', 0)).toEqual({ used: 1, seconds: 60 });
    expect(windows.count('b', 5_000).used).toBe(1);
    expect(windows.count('a', 59_500)).toEqual({ used: 2, seconds: 1 });
    expect(windows.count('a', 60_000)).toEqual({ used: 1, seconds: 60 });
    expect(windows.count('b', 60_000)).toEqual({ used: 2, seconds: 5 });
  });

  it('never returns a window longer than a minute, whatever fraction of a millisecond it begins at', () => {
    const windows = new Windows(10_000);
    const seconds = Array.from({ length: 5_000 }, (_, each) => windows.count(`address ${each}`, 11_561.7 + each / 7).seconds);
    expect(new Set(seconds)).toEqual(new Set([60]));
  });

  it('keeps a bounded number of windows, including those in use', () => {
    const windows = new Windows(1_000);
    for (let each = 0; each < 200_000; each += 1) {
      windows.count(`address ${each}`, each / 10);
      if (each % 100 === 0) windows.count('steady', each / 10);
      if (windows.size > 1_000) throw new Error(`${windows.size} windows`);
    }
    expect(windows.count('address 199999', 20_000).used).toBe(2);
    expect(windows.count('address 1', 20_000).used).toBe(1);
    expect(windows.count('steady', 20_000).used).toBe(2_001);
  });

  it('drops expired windows', () => {
    const windows = new Windows(1_000);
    for (let each = 0; each < 400; each += 1) windows.count(`address ${each}`, 0);
    windows.count('later', 60_000);
    windows.count('later', 120_000);
    expect(windows.size).toBe(2);
  });
});
