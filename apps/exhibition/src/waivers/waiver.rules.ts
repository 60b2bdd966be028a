import { lifecycle } from '@ciep/kernel';

export const waiverStatuses = ['open', 'used', 'revoked'] as const;
export type WaiverStatus = (typeof waiverStatuses)[number];

/** A waiver is used once, or revoked before (docs/rules.md#application-deadline). */
export const waiverLife = lifecycle<WaiverStatus, 'use' | 'revoke'>('waiver', {
  use: { from: ['open'], to: 'used' },
  revoke: { from: ['open'], to: 'revoked' },
});

/** Letters and digits that are unambiguous on the telephone. */
const alphabet = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';

/** A code of 15 random bytes: three groups of five characters, 75 bits. */
export const waiverCode = (random: Uint8Array): string =>
  [0, 5, 10].map(start => [...random.subarray(start, start + 5)].map(byte => alphabet[byte % alphabet.length] ?? '').join('')).join('-');
