import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { demoSecretOf } from '@ciep/identity';
import { decodeProtectedHeader, generateKeyPair, SignJWT } from 'jose';
import { clientToken } from '../../../tools/tour/log-in.js';
import { providerNamed } from './find-provider.js';
import { inOneProcess, type InOneProcess } from './start-in-one-process.js';

const cooldownMs = 100;

/** Rotates the token keys under load; each service fetches them from identity over HTTP. */
let stage: InOneProcess;

interface SigningKeys {
  publishNext(): Promise<void>;
  promoteNext(): Promise<void>;
}
interface ProviderHost {
  look(): Promise<void>;
}

beforeAll(async () => {
  stage = await inOneProcess('', { CIEP_JWKS_COOLDOWN_MS: String(cooldownMs) });
});
afterAll(() => stage.close());

const paths = [
  '/v1/exhibition/applications?limit=1',
  '/v1/notification/webhooks?limit=1',
  '/v1/identity/me',
  '/v1/conference/dead-letters',
  '/v1/billing/invoices?limit=1',
];

const portalToken = async () => (await clientToken(stage.url, 'portal-210000', demoSecretOf('portal-210000'))).access_token;

/** Services fetch keys once a minute, and when a token names an unknown key after the cool-down. */
async function servicesLook(): Promise<void> {
  await pause(cooldownMs + 50);
  const { privateKey } = await generateKeyPair('ES256');
  const stranger = await new SignJWT({}).setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: randomUUID() }).sign(privateKey);
  for (const path of paths) {
    const answer = await fetch(stage.url + path, { headers: { authorization: `Bearer ${stranger}` } });
    expect([path, answer.status]).toEqual([path, 401]);
    await answer.arrayBuffer();
  }
}

describe('the signing keys', () => {
  it('rotate under load without a failed request at any service', async () => {
    const keys = providerNamed<SigningKeys>(stage.platform, 'identity', 'SigningKeys');
    const host = providerNamed<ProviderHost>(stage.platform, 'identity', 'ProviderHost');
    const old = await portalToken();
    let isOver = false;
    let answered = 0;
    const failed: unknown[] = [];
    const signedBy = new Set<string>();
    const load = async () => {
      while (!isOver) {
        const fresh = await portalToken();
        signedBy.add(decodeProtectedHeader(fresh).kid ?? '');
        // The new token and the one from before the rotation; 403 means that the caller was authenticated.
        for (const token of [fresh, old])
          for (const path of paths) {
            const answer = await fetch(stage.url + path, { headers: { authorization: `Bearer ${token}` } });
            await answer.arrayBuffer();
            answered += 1;
            if (answer.status !== 200 && answer.status !== 403) failed.push([path, answer.status]);
          }
      }
    };
    const workers = Array.from({ length: 3 }, load);
    const untilAnswered = async (more: number) => {
      for (const enough = answered + more; answered < enough;) await pause(20);
    };
    await untilAnswered(60);
    await keys.publishNext();
    await host.look();
    await untilAnswered(60);
    await servicesLook();
    await keys.promoteNext();
    await host.look();
    await untilAnswered(60);
    isOver = true;
    await Promise.all(workers);
    expect(failed).toEqual([]);
    expect(signedBy.size).toBe(2);
  });
});
