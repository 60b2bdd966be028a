/** A class of requests that is counted together. */
export interface Policy {
  /** As in `RateLimit-Policy`. */
  readonly name: 'address' | 'sign-in' | 'default' | 'writes' | 'uploads';
  /** Requests a minute. */
  readonly quota: number;
  /** By whom it counts: the address, or the client where a token tells. */
  readonly by: 'address' | 'client';
}

// Decoded and in any case, as the routers behind may read it.
const signIn = [
  { methods: /^(?!GET|HEAD|OPTIONS)/, path: /^\/oidc\/(token|interaction)(\/|$)/i },
  { methods: /^(?!OPTIONS)/, path: /^\/oidc\/registration(\/|$)/i },
  { methods: /^(?!GET|HEAD|OPTIONS)/, path: /^\/v1\/identity\/registrations(\/|$)/i },
];

const plainPath = (target: string): string => {
  const path = target.split('?', 1)[0] ?? '';
  if (!path.includes('%')) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
};

/** Whether a request tries a password, a secret, a code or a one-time link, or has a mail sent to somebody. */
export function isSignIn(method: string, target: string): boolean {
  const path = plainPath(target);
  return signIn.some(each => each.methods.test(method) && each.path.test(path));
}

/** Whether a request brings a file. */
export const isUpload = (method: string, target: string): boolean =>
  isWrite(method) && /^\/v1\/[^/]+\/uploads(\/|$)/i.test(plainPath(target));

/** Whether a request may change something. */
export const isWrite = (method: string): boolean => !['GET', 'HEAD', 'OPTIONS'].includes(method);

/** Whether a request asks after the health of the platform: never counted, or an orchestrator would restart what is only busy. */
export const isHealth = (target: string): boolean => /^\/health\/(live|ready)(\?|$)/.test(target);
