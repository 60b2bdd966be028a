/** Number of recovery codes in a set. */
export const codesInSet = 10;

/** How a second factor is named among the methods of a login (RFC 8176). */
export const secondFactorMethod = 'otp';
