/** The scope of the platform's own services for each other's internal routes. */
export const internalScope = 'internal:read';

/** Scopes of OpenID Connect. */
export const openIdScopes = ['openid', 'offline_access', 'profile'] as const;
