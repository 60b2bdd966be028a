import { beforeAll, describe, expect, it } from '@jest/globals';
import { createLocalJWKSet, exportJWK, generateKeyPair, jwtVerify, SignJWT, type CryptoKey } from 'jose';
import { canonicalToken } from './token-spelling.js';
import { apiAudience, TokenVerifier } from './token-verifier.js';

const issuer = 'https://ciep.test/oidc';
let privateKey: CryptoKey;
let keys: ReturnType<typeof createLocalJWKSet>;

beforeAll(async () => {
  const pair = await generateKeyPair('ES256');
  privateKey = pair.privateKey;
  keys = createLocalJWKSet({ keys: [await exportJWK(pair.publicKey)] });
});

const signed = () =>
  new SignJWT({ kind: 'user', client_id: 'console' })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' })
    .setIssuer(issuer)
    .setAudience(apiAudience)
    .setSubject('somebody')
    .setExpirationTime('5m')
    .sign(privateKey);

/** The same token with the other signature that ECDSA admits. */
function negated(token: string): string {
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const [head, payload, signature = ''] = token.split('.');
  const bytes = Buffer.from(signature, 'base64url').toString('hex');
  const s = (order - BigInt(`0x${bytes.slice(64)}`)).toString(16).padStart(64, '0');
  return `${head}.${payload}.${Buffer.from(bytes.slice(0, 64) + s, 'hex').toString('base64url')}`;
}

const withLastBits = (token: string): string => token.slice(0, -1) + String.fromCharCode(token.charCodeAt(token.length - 1) + 1);

describe(canonicalToken.name, () => {
  it('accepts one of the two signatures of every token, and no other bits', async () => {
    const verifier = new TokenVerifier(keys, issuer);
    for (let time = 0; time < 20; time += 1) {
      const token = canonicalToken(await signed());
      expect(canonicalToken(token)).toBe(token);
      expect((await verifier.verify(token)).id).toBe('somebody');
      const others = [negated(token), withLastBits(token)];
      for (const other of others) {
        // The library takes each for the same token.
        await expect(jwtVerify(other, keys)).resolves.toBeDefined();
        expect(canonicalToken(other)).toBe(token);
        await expect(verifier.verify(other)).rejects.toMatchObject({ refusal: { code: 'token.invalid' } });
      }
    }
  });

  it('leaves a text that is no token to whoever checks it', () => {
    expect(['', 'x', 'a.b', '..'].map(canonicalToken)).toEqual(['', '', 'aQ.', '..'].map(() => expect.any(String)));
  });
});
