import { expect, it } from '@jest/globals';

it('passes', () => expect(1).toBe(1));
it.each([1, 2])('passes only for 1: %d', value => expect(value).toBe(1));
it.skip('does not run', () => expect(1).toBe(2));
