/** The services with routes of their own; each has one scope for reading and one for writing, which includes reading. */
export const services = ['identity', 'conference', 'exhibition', 'billing', 'notification'] as const;

/** Scopes of the API that a client may be given. */
export const apiScopes: readonly string[] = services.flatMap(service => [`${service}:read`, `${service}:write`]);

/** The scope of the platform's own services for each other's internal routes. */
export const internalScope = 'internal:read';

/** Scopes of OpenID Connect. */
export const openIdScopes = ['openid', 'offline_access', 'profile'] as const;
