import { it } from '@jest/globals';

it('never ends', () => new Promise(() => undefined));
it('forgets a promise that is rejected', async () => {
  void Promise.reject(new Error('forgotten'));
  await new Promise(resolve => setTimeout(resolve, 20));
});
it('throws where nobody catches', async () => {
  setTimeout(() => {
    throw new Error('nobody catches');
  }, 1);
  await new Promise(resolve => setTimeout(resolve, 20));
});
