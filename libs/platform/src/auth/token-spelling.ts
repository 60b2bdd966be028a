/** Of the curve P-256. */
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/**
 * The one spelling of an ES256 token that we issue and accept: without bits that base64url ignores, and of the two signatures (r, s)
 * and (r, order − s) that anybody can make of one and that ECDSA admits both, the one with the smaller s.
 */
export function canonicalToken(token: string): string {
  const parts = token.split('.').map(part => Buffer.from(part, 'base64url'));
  const half = parts.at(-1)?.subarray(32) ?? Buffer.alloc(0);
  const s = BigInt(`0x0${half.toString('hex')}`);
  if (half.length === 32 && s > order / 2n && s < order) half.write((order - s).toString(16).padStart(64, '0'), 'hex');
  return parts.map(part => part.toString('base64url')).join('.');
}
