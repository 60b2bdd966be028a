import { afterEach, beforeAll, describe, it } from '@jest/globals';

describe('what is set up in vain', () => {
  beforeAll(() => Promise.reject(new Error('no server')));
  it('fails', () => undefined);
  it('fails, too', () => undefined);
});

describe('what is not cleared away', () => {
  afterEach(() => {
    throw new Error('still there');
  });
  it('fails', () => undefined);
});
