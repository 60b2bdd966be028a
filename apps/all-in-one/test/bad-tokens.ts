import { createHmac, generateKeyPairSync, randomUUID } from 'node:crypto';
import { roles } from '@ciep/contracts';
import { exportJWK, exportSPKI, generateKeyPair, importJWK, SignJWT, type CryptoKey } from 'jose';
import type { ApiProber } from './api-prober.js';

/** A credential that must not work: a token that follows `Bearer `, or whole `Authorization` headers. */
export interface BadToken {
  readonly what: string;
  readonly headers: readonly (readonly [string, string])[];
  /** The problem code of the refusal. */
  readonly code: 'token.invalid' | 'token.expired' | 'token.missing';
}

const base64 = (value: object | string): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const bearer = (what: string, token: string, code: BadToken['code'] = 'token.invalid'): BadToken => ({
  what,
  headers: [['authorization', `Bearer ${token}`]],
  code,
});

/** Every kind of credential that somebody without a valid token might send. `canary` is an address that must never be asked for keys. */
export async function badTokens(prober: ApiProber, canary: string): Promise<BadToken[]> {
  const { kid } = prober;
  const good = await prober.withRoles();
  return [
    ...unsigned(good, kid),
    ...(await signedByOthers(prober, canary)),
    ...(await signedByUs(prober)),
    ...misshapen(good),
    ...(await oversized(prober)),
    bearer('refresh token', prober.given.refresh_token ?? randomUUID()),
    bearer('ID token', prober.given.id_token),
    bearer('ID token of our key, for another audience', await prober.sign({ roles: [...roles], aud: 'console' }, { typ: 'JWT' })),
    bearer('ID token of our key, for our audience', await prober.sign({ roles: [...roles] }, { typ: 'JWT' })),
    bearer('logout token of our key', await prober.sign({ roles: [...roles] }, { typ: 'logout+jwt' })),
  ];
}

function unsigned(good: string, kid: string): BadToken[] {
  const [, payload = '', signature = ''] = good.split('.');
  const heads = ['none', 'None', 'NONE', 'nOnE', ''].map(alg => ({ alg, typ: 'at+jwt', kid }));
  return heads.flatMap(head => [
    bearer(`alg "${head.alg}"`, `${base64(head)}.${payload}.`),
    bearer(`alg "${head.alg}", signature kept`, `${base64(head)}.${payload}.${signature}`),
  ]);
}

/** Signed with keys that are not ours, or with our public key as a shared secret. */
async function signedByOthers(prober: ApiProber, canary: string): Promise<BadToken[]> {
  const { kid, publicJwk } = prober;
  const claims = { roles: [...roles] };
  const foreign = await generateKeyPair('ES256', { extractable: true });
  const foreignJwk = { ...(await exportJWK(foreign.publicKey)), kid, alg: 'ES256', use: 'sig' };
  const pem = await exportSPKI((await importJWK(publicJwk, 'ES256')) as CryptoKey);
  const secrets = {
    PEM: pem,
    'PEM without its last line end': pem.trim(),
    JWK: JSON.stringify(publicJwk),
    'x coordinate': publicJwk.x ?? '',
    nothing: '',
  };
  const shared = Object.entries(secrets).flatMap(([what, secret]) =>
    (['HS256', 'HS384', 'HS512'] as const).map(alg => {
      const head = `${base64({ alg, typ: 'at+jwt', kid })}.${base64({ ...claims, sub: 'x', client_id: 'x', kind: 'user', iss: prober.issuer, aud: 'urn:ciep:api', exp: 4e9 })}`;
      return bearer(
        `${alg} with the public key as secret: ${what}`,
        `${head}.${createHmac(alg.replace('HS', 'sha'), secret).update(head).digest('base64url')}`,
      );
    }),
  );
  const certificate = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .publicKey.export({ type: 'spki', format: 'der' })
    .toString('base64');
  const heads: Readonly<Record<string, object>> = {
    'our kid': { kid },
    'no kid': { kid: undefined },
    'an unknown kid': { kid: 'no-such-key' },
    'kid a path': { kid: '../../../../dev/null' },
    'kid a file': { kid: '/etc/passwd' },
    'kid an address': { kid: `${canary}/jwks` },
    'kid SQL': { kid: "x' UNION SELECT 'key' -- " },
    'kid a command': { kid: '$(id)|id;id' },
    'kid with a NUL byte': { kid: `${kid}\u0000x` },
    'kid a prototype': { kid: '__proto__' },
    'kid empty': { kid: '' },
    'jku of his own': { kid, jku: `${canary}/jwks` },
    'jku without kid': { kid: undefined, jku: `${canary}/jwks` },
    'x5u of his own': { kid, x5u: `${canary}/certificate` },
    'x5c of his own': { kid, x5c: [certificate] },
    'jwk of his own': { kid, jwk: foreignJwk },
    'jwk of his own, without kid': { kid: undefined, jwk: foreignJwk },
    'an extension that he declares critical': { kid, crit: ['exp'], exp: 4e9 },
    'an unencoded payload': { kid, b64: false, crit: ['b64'] },
  };
  const foreignOnes = Object.entries(heads).map(async ([what, head]) => {
    const token = await new SignJWT({
      ...claims,
      sub: 'x',
      client_id: 'x',
      kind: 'user',
      iss: prober.issuer,
      aud: 'urn:ciep:api',
      exp: 4e9,
    })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', ...head, crit: undefined } as never)
      .sign(foreign.privateKey);
    const [, payload = '', signature = ''] = token.split('.');
    return bearer(
      `a foreign key, ${what}`,
      'crit' in head ? `${base64({ alg: 'ES256', typ: 'at+jwt', ...head })}.${payload}.${signature}` : token,
    );
  });
  const rsa = await generateKeyPair('RS256');
  const other = await generateKeyPair('ES384');
  return [
    ...shared,
    ...(await Promise.all(foreignOnes)),
    bearer('RS256 under our kid', await prober.sign(claims, {}, rsa.privateKey, 'RS256')),
    bearer('ES384 under our kid', await prober.sign(claims, {}, other.privateKey, 'ES384')),
  ];
}

/** Signed with our own key, but with wrong claims that we would never issue. */
async function signedByUs(prober: ApiProber): Promise<BadToken[]> {
  const now = Math.floor(Date.now() / 1_000);
  const claims: Readonly<Record<string, object>> = {
    'another audience': { aud: 'urn:other:api' },
    'other audiences': { aud: ['urn:other:api', 'console'] },
    'no audience': { aud: undefined },
    'another issuer': { iss: 'https://foreign.example/oidc' },
    'our issuer with a slash more': { iss: `${prober.issuer}/` },
    'no issuer': { iss: undefined },
    'not good before tomorrow': { nbf: now + 86_400 },
    'no end': { exp: undefined },
    'an end that is no number': { exp: 'never' },
    'no subject': { sub: undefined },
    'no client': { client_id: undefined },
    'an unknown kind of holder': { kind: 'god' },
    'no kind of holder': { kind: undefined },
  };
  const wrong = Object.entries(claims).map(async ([what, differing]) =>
    bearer(what, await prober.sign({ roles: [...roles], ...differing })),
  );
  const expired = [
    bearer('expired a minute ago', await prober.sign({ roles: [...roles], iat: now - 600, exp: now - 60 }), 'token.expired'),
    bearer('expired in 1970', await prober.sign({ roles: [...roles], iat: 0, exp: 1 }), 'token.expired'),
  ];
  return [...(await Promise.all(wrong)), ...expired];
}

/** (r, order − s) for the signature (r, s). */
function negated(signature: string): string {
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const [r, s] = [Buffer.from(signature, 'base64url').subarray(0, 32), Buffer.from(signature, 'base64url').subarray(32)];
  const other = (order - BigInt(`0x${s.toString('hex')}`)).toString(16).padStart(64, '0');
  return Buffer.concat([r, Buffer.from(other, 'hex')]).toString('base64url');
}

/** A valid token, damaged in transit. */
function misshapen(good: string): BadToken[] {
  const [head = '', payload = '', signature = ''] = good.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
  const tampered = (differing: object) => `${head}.${base64({ ...claims, ...differing })}.${signature}`;
  const lastButOne = signature.slice(0, -2);
  return [
    bearer('changed roles', tampered({ roles: ['platform_admin'] })),
    bearer('changed organisation', tampered({ organisation: randomUUID() })),
    bearer('a longer life', tampered({ exp: 4e9 })),
    bearer('signature cut by a character', `${head}.${payload}.${signature.slice(0, -1)}`),
    bearer('half a signature', `${head}.${payload}.${signature.slice(0, 43)}`),
    bearer('signature of zeros', `${head}.${payload}.${base64('\0'.repeat(64))}`),
    bearer('signature with other bits at its end', `${head}.${payload}.${lastButOne}${lastButOne.endsWith('A') ? 'BB' : 'AA'}`),
    bearer('the other signature that ECDSA admits', `${head}.${payload}.${negated(signature)}`),
    bearer('bits that base64url ignores', good.slice(0, -1) + String.fromCharCode(good.charCodeAt(good.length - 1) + 1)),
    bearer('no signature', `${head}.${payload}.`),
    bearer('two parts', `${head}.${payload}`),
    bearer('four parts', `${good}.${signature}`),
    bearer('five parts', `${head}.${head}.${payload}.${payload}.${signature}`),
    bearer('in quotes', `"${good}"`),
    bearer('the token in another alphabet', `${head}.${payload}.${Buffer.from(signature, 'base64url').toString('base64')}`),
    bearer('a JSON serialisation', JSON.stringify({ protected: head, payload, signature })),
    bearer('no token', 'abc'),
    bearer('null', 'null'),
    bearer('a blank in it', `${good.slice(0, 40)} ${good.slice(40)}`),
    bearer('a tab in it', `${good.slice(0, 40)}\t${good.slice(40)}`),
    bearer('something after it', `${good} x`),
    { what: 'two blanks before it', headers: [['authorization', `Bearer  ${good}`]], code: 'token.missing' },
    { what: 'no scheme', headers: [['authorization', good]], code: 'token.missing' },
    { what: 'another scheme', headers: [['authorization', `Basic ${good}`]], code: 'token.missing' },
    { what: 'DPoP', headers: [['authorization', `DPoP ${good}`]], code: 'token.missing' },
    { what: 'two schemes', headers: [['authorization', `Basic x, Bearer ${good}`]], code: 'token.invalid' },
    { what: 'an empty header', headers: [['authorization', '']], code: 'token.missing' },
    { what: 'no header', headers: [], code: 'token.missing' },
    {
      what: 'two headers, the good one first',
      headers: [
        ['authorization', `Bearer ${good}`],
        ['authorization', 'Bearer abc'],
      ],
      code: 'token.invalid',
    },
    {
      what: 'the good one twice',
      headers: [
        ['authorization', `Bearer ${good}`],
        ['Authorization', `Bearer ${good}`],
      ],
      code: 'token.invalid',
    },
    {
      what: 'two headers, the bad one first',
      headers: [
        ['authorization', 'Bearer abc'],
        ['authorization', `Bearer ${good}`],
      ],
      code: 'token.invalid',
    },
  ];
}

async function oversized(prober: ApiProber): Promise<BadToken[]> {
  const { privateKey } = await generateKeyPair('ES256');
  return [
    bearer('8 KB of nothing', 'a'.repeat(8_000)),
    bearer('8 KB of points', '.'.repeat(8_000)),
    bearer('8 KB of roles, signed by another', await prober.sign({ roles: Array.from({ length: 500 }, () => 'auditor') }, {}, privateKey)),
  ];
}
