import { BlockList, isIP } from 'node:net';
import { ConfigurationError, PlatformSettings, setting, settings } from '@ciep/platform';
import { z } from 'zod';

const isInstance = (url: URL | null): url is URL =>
  url !== null && ['http:', 'https:'].includes(url.protocol) && url.pathname === '/' && url.search === '' && url.username === '';

/**
 * Parses `identity=http://127.0.0.1:4001|http://127.0.0.1:4011,conference=http://…` into a map from service to the origins of its
 * instances.
 */
const addresses = z
  .string()
  .default('')
  .transform((text, context) => {
    const entries = text
      .split(',')
      .map(entry => entry.trim())
      .filter(entry => entry !== '');
    return new Map(
      entries.map((entry): [string, string[]] => {
        const [, name, origins = ''] = /^([a-z][a-z0-9-]*)=(.+)$/.exec(entry) ?? [];
        const urls = origins.split('|').map(origin => URL.parse(origin.trim()));
        if (name === undefined || !urls.every(isInstance)) {
          context.addIssue({ code: 'custom', message: 'each entry is <service>=<http origin>, several origins separated by |' });
          return ['', []];
        }
        return [name, urls.map(url => url.origin)];
      }),
    );
  });

const list = (byDefault: string) =>
  z
    .string()
    .default(byDefault)
    .transform(text =>
      text
        .split(',')
        .map(entry => entry.trim())
        .filter(entry => entry !== ''),
    );

const isOrigin = (text: string): boolean => /^https?:/.test(text) && URL.parse(text)?.origin === text;

// 10.0.0.0/8 and fc00::/7 are the widest private ranges; a wider one would trust public addresses.
const widest = { ipv4: 8, ipv6: 7 } as const;

/** Parses ranges of addresses, `10.0.0.0/8,fd00::/8`; undefined if one is malformed or so wide that it includes public addresses. */
export function addressRanges(entries: readonly string[]): BlockList | undefined {
  const ranges = new BlockList();
  for (const entry of entries) {
    const [address = '', length] = entry.split('/');
    if (isIP(address) === 0) return undefined;
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    const longest = family === 'ipv6' ? 128 : 32;
    const bits = length === undefined ? longest : /^\d{1,3}$/.test(length) ? Number(length) : NaN;
    if (!(bits >= widest[family] && bits <= longest)) return undefined;
    ranges.addSubnet(address, bits, family);
  }
  return ranges;
}

const proxies = list('').transform((entries, context) => {
  const ranges = addressRanges(entries);
  if (!ranges)
    context.addIssue({ code: 'custom', message: 'each entry is an address or a range of at most a /8 (IPv6: a /7), 10.0.0.0/8' });
  return ranges ?? new BlockList();
});

const aMinute = (byDefault: number) => z.coerce.number().int().min(1).max(10_000_000).default(byDefault);

const developersPage = 'http://localhost:5173';

/** Settings of the gateway. */
export class GatewayConfig extends settings({
  upstreams: setting(
    'GATEWAY_UPSTREAMS',
    addresses,
    'services in other processes: <service>=<http origin>, separated by commas; several instances: <origin>|<origin>',
  ),
  corsOrigins: setting(
    'GATEWAY_CORS_ORIGINS',
    list('').refine(origins => origins.every(isOrigin), 'each entry is an origin, https://portal.example; there is no wildcard'),
    'origins of browser applications that may call /v1, separated by commas (in development http://localhost:5173, too)',
  ),
  firstByteMs: setting(
    'GATEWAY_FIRST_BYTE_MS',
    z.coerce.number().int().min(100).max(600_000).default(10_000),
    'how long a service may take until its answer begins, in ms',
  ),
  connections: setting('GATEWAY_CONNECTIONS', z.coerce.number().int().min(1).max(1_000).default(32), 'connections kept to each service'),
  trustedProxies: setting(
    'GATEWAY_TRUSTED_PROXIES',
    proxies,
    'addresses or ranges of the load balancers in front, separated by commas; what they say of a caller is believed',
  ),
  requestsPerMinute: setting(
    'GATEWAY_REQUESTS_PER_MINUTE',
    aMinute(600),
    'requests of a client (without a token: of an address) per minute',
  ),
  writesPerMinute: setting('GATEWAY_WRITES_PER_MINUTE', aMinute(300), 'of these, requests that change something'),
  uploadsPerMinute: setting('GATEWAY_UPLOADS_PER_MINUTE', aMinute(30), 'of these, uploads'),
  signInsPerMinute: setting(
    'GATEWAY_SIGN_INS_PER_MINUTE',
    aMinute(120),
    'logins, tokens, registrations and one-time links of an address per minute',
  ),
  addressRequestsPerMinute: setting(
    'GATEWAY_ADDRESS_REQUESTS_PER_MINUTE',
    aMinute(6_000),
    'requests of an address per minute, of all its clients together',
  ),
  connectionsPerAddress: setting(
    'GATEWAY_CONNECTIONS_PER_ADDRESS',
    z.coerce.number().int().min(1).max(100_000).default(500),
    'connections that one address may hold open',
  ),
  cacheBytes: setting(
    'GATEWAY_CACHE_BYTES',
    z.coerce.number().int().min(0).max(4_294_967_296).default(16_777_216),
    'memory for public answers, in bytes, of which one answer takes at most a sixteenth; 0 keeps none',
  ),
  cacheEntries: setting(
    'GATEWAY_CACHE_ENTRIES',
    z.coerce.number().int().min(1).max(1_000_000).default(2_000),
    'addresses of which public answers are kept at most',
  ),
  registeredClient: setting(
    'GATEWAY_REFERENCE_CLIENT',
    z
      .string()
      .regex(/^[a-z0-9-]*$/, 'is the id of a client')
      .optional(),
    'the client through which readers of /docs sign in (in development the demo client `reference`)',
  ),
}) {
  /** The origins that browsers may call from. */
  readonly origins: readonly string[];
  /** The client of the API reference; empty when its readers enter their own. */
  readonly referenceClient: string;

  constructor(environment: NodeJS.ProcessEnv) {
    super(environment);
    const { isProduction } = new PlatformSettings(environment);
    this.origins = isProduction ? this.corsOrigins : [...this.corsOrigins, developersPage];
    this.referenceClient = this.registeredClient ?? (isProduction ? '' : 'reference');
    // Without TLS, anybody on the network path, or with a program on the reader's machine, could impersonate the page.
    if (isProduction && this.corsOrigins.some(origin => !origin.startsWith('https:')))
      throw new ConfigurationError(['GATEWAY_CORS_ORIGINS: every origin must have https']);
  }
}
