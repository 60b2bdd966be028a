/** A class of requests with a common count. */
export interface Policy {
  /** The name in `RateLimit-Policy`. */
  readonly name: 'address' | 'sign-in' | 'default' | 'writes' | 'uploads';
  /** Requests per minute. */
  readonly quota: number;
  /** The key of the count: the address, or the client of a verified token. */
  readonly by: 'address' | 'client';
}

// Decoded and in lower case, because routers behind may read it so.
const signIn = [
  { methods: /^(?!GET|HEAD|OPTIONS)/, path: /^\/oidc\/(token|interaction)(\/|$)/i },
  { methods: /^(?!OPTIONS)/, path: /^\/oidc\/(registration|password-recovery|invitation|mail-change)(\/|$)/i },
  {
    methods: /^(?!GET|HEAD|OPTIONS)/,
    path: /^\/v1\/identity\/(registrations|password-recoveries|invitations|me\/(password|mail-change|second-factor|close))(\/|$)/i,
  },
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

/** Whether a request uses a password, a secret, a code or a one-time link, or triggers a mail. */
export function isSignIn(method: string, target: string): boolean {
  const path = plainPath(target);
  return signIn.some(each => each.methods.test(method) && each.path.test(path));
}

/** Whether a request uploads a file. */
export const isUpload = (method: string, target: string): boolean =>
  isWrite(method) && /^\/v1\/[^/]+\/uploads(\/|$)/i.test(plainPath(target));

/** Whether a request may change data. */
export const isWrite = (method: string): boolean => !['GET', 'HEAD', 'OPTIONS'].includes(method);

/** Whether a request is a health check: never counted, because an orchestrator would restart an instance that is only busy. */
export const isHealth = (target: string): boolean => /^\/health\/(live|ready)(\?|$)/.test(target);
