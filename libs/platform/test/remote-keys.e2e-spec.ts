import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { apiAudience, canonicalToken, createLog, TokenVerifier } from '@ciep/platform';
import { eventually } from '@ciep/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import { remoteKeys, type RemoteKeys } from '../src/auth/remote-keys.js';

const issuer = 'http://localhost/oidc';
const every = 50;

interface Key {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly published: JWK;
}

async function aKey(): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const kid = randomUUID();
  return { kid, privateKey, published: { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' } };
}

const tokenOf = async ({ kid, privateKey }: Key): Promise<string> =>
  canonicalToken(
    await new SignJWT({ client_id: 'console', kind: 'user', roles: [] })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid })
      .setIssuer(issuer)
      .setAudience(apiAudience)
      .setSubject(randomUUID())
      .setExpirationTime('5m')
      .sign(privateKey),
  );

let identity: Server;
let published: Key[];
let asked: number;
let remote: RemoteKeys;
let verifier: TokenVerifier;

beforeEach(async () => {
  asked = 0;
  identity = createServer((_request, response) => {
    asked += 1;
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: published.map(key => key.published) }));
  });
  await new Promise<void>(resolve => identity.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(identity.address() as AddressInfo).port}/jwks`;
  remote = remoteKeys(url, createLog('silent'), () => verifier.forget(), { every, cooldown: 5_000 });
  verifier = new TokenVerifier(remote.keys, issuer);
});
afterEach(() => {
  remote.stop();
  identity.closeAllConnections();
  identity.close();
});

/** Waits until a request for the keys that starts after this moment is answered. */
const untilLooked = async () => {
  const before = asked;
  await eventually(() => expect(asked).toBeGreaterThan(before + 1));
};

describe('keys published by another process', () => {
  it('rotate five times under load, and no token is refused', async () => {
    let signing = await aKey();
    published = [signing];
    let isOver = false;
    const refused: unknown[] = [];
    let verified = 0;
    const load = async () => {
      while (!isOver) {
        const token = await tokenOf(signing);
        for (let time = 0; time < 3; time += 1)
          await verifier.verify(token).then(
            () => (verified += 1),
            error => refused.push(error),
          );
      }
    };
    const workers = Array.from({ length: 8 }, load);
    for (let rotation = 0; rotation < 5; rotation += 1) {
      const next = await aKey();
      published = [...published, next];
      await untilLooked();
      const old = signing;
      signing = next;
      await untilLooked();
      published = published.filter(key => key !== old);
      await untilLooked();
      await expect(verifier.verify(await tokenOf(old))).rejects.toThrow('token.invalid');
    }
    isOver = true;
    await Promise.all(workers);
    expect(refused).toEqual([]);
    expect(verified).toBeGreaterThan(500);
  });

  it('negative control: do not verify a token before its key is published', async () => {
    const [known, early] = [await aKey(), await aKey()];
    published = [known];
    await verifier.verify(await tokenOf(known));
    await expect(verifier.verify(await tokenOf(early))).rejects.toThrow('token.invalid');
  });

  it('stay known while nobody publishes them', async () => {
    const key = await aKey();
    published = [key];
    await verifier.verify(await tokenOf(key));
    identity.closeAllConnections();
    await new Promise(resolve => identity.close(resolve));
    verifier.forget();
    await verifier.verify(await tokenOf(key));
    await new Promise(resolve => setTimeout(resolve, 3 * every));
    await verifier.verify(await tokenOf(key));
  });
});
