import { expect, it, jest } from '@jest/globals';
import { held } from './held.js';

it('finds a clean process, and pollutes it', () => {
  const { exitCode, env } = process;
  expect({ held, exitCode, left: env['CIEP_LEFT'], user: env['HOME'] }).toEqual({
    held: [],
    exitCode: undefined,
    left: undefined,
    user: '/',
  });
  held.push('something');
  env['CIEP_LEFT'] = 'behind';
  delete env['HOME'];
  process.exitCode = 3;
  expect(Date.now()).toBeGreaterThan(1_000);
  jest.useFakeTimers();
  jest.setSystemTime(0);
});
