import type { TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { LogIn } from '../src/accounts/log-in.use-case.js';
import { TooManyTries } from '../src/accounts/tries.errors.js';
import { askForLink } from './person.factory.js';
import { loginOf, startProvider } from './relying-party.factory.js';

/** Measured: `lock-out.e2e-spec.ts` counts the work. */
describe('whether an account exists', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startProvider({ IDENTITY_TRIES: '5', IDENTITY_ADDRESS_TRIES: '50' });
  });

  async function timeOf(mail: string): Promise<number> {
    const begun = performance.now();
    await service
      .find(LogIn)
      .execute({ mail, password: 'guess', address: '203.0.113.40' })
      .catch((error: unknown) => {
        if (!(error instanceof TooManyTries)) throw error;
      });
    return performance.now() - begun;
  }

  it('is not visible in the duration of a try', async () => {
    const ratios = { unknown: [] as number[], refused: [] as number[] };
    for (let round = 0; round < 30; round += 1) {
      await service.query('DELETE FROM lock_outs');
      for (let time = 0; time < 5; time += 1) await timeOf('closed@example.org');
      // Alternating, so that other load on the machine affects all alike.
      const known = await timeOf(loginOf('auditor'));
      ratios.unknown.push((await timeOf('nobody@example.org')) / known);
      ratios.refused.push((await timeOf('closed@example.org')) / known);
    }
    expect(median(ratios.unknown)).toBeGreaterThan(0.8);
    expect(median(ratios.unknown)).toBeLessThan(1.25);
    // Control: the same measurement distinguishes a try without a hash.
    expect(median(ratios.refused)).toBeLessThan(0.7);
  });

  it('is not visible in the duration of a request for a new password', async () => {
    const ratios: number[] = [];
    const timeOfRequest = async (mail: string): Promise<number> => {
      const begun = performance.now();
      await askForLink(service, mail, '203.0.113.41');
      return performance.now() - begun;
    };
    for (let round = 0; round < 60; round += 1) {
      await service.query('DELETE FROM tries');
      const known = await timeOfRequest(loginOf('auditor'));
      ratios.push((await timeOfRequest('nobody@example.org')) / known);
    }
    expect(median(ratios)).toBeGreaterThan(0.8);
    expect(median(ratios)).toBeLessThan(1.25);
  });
});

const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
