const minute = 60;
const day = 24 * 60 * minute;

export const accessTokenSeconds = 5 * minute;
/** A refresh token expires after 14 days without use, and 30 days after the login (docs/rules.md#token-lives). */
export const refreshIdleSeconds = 14 * day;
export const refreshTotalSeconds = 30 * day;
/** A session expires so long after its last use. */
export const sessionIdleSeconds = refreshIdleSeconds;
/** A grant outlives every refresh token from it. */
export const grantSeconds = refreshTotalSeconds + day;
