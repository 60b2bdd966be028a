/** Headers of a single connection (RFC 9110 7.6.1), and `Expect`, which the gateway has answered itself. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
]);

/** Headers that could forge an identity or impersonate the gateway: services never see the client's own. */
const forged = new Set(['forwarded', 'x-real-ip', 'x-request-id']);
const forgedPrefixes = ['x-user-', 'x-internal-', 'x-forwarded-'];

/** Whether the gateway removes this header of the client (docs/security.md#headers). */
export const isForged = (name: string): boolean => forged.has(name) || forgedPrefixes.some(prefix => name.startsWith(prefix));

const nothing: ReadonlySet<string> = new Set();

/** The header names that a `Connection` header marks as hop-by-hop. */
const namedBy = (connection: string | undefined): ReadonlySet<string> =>
  connection === undefined || connection === 'keep-alive' || connection === 'close'
    ? nothing
    : new Set(connection.split(',').map(name => name.trim().toLowerCase()));

type Given = Readonly<Record<string, string | string[] | undefined>>;

/**
 * The headers to forward: the client's, unchanged and with repetitions, except those of the connection, those that could forge an identity,
 * and those that `instead` replaces.
 */
export function passedOn(
  rawHeaders: readonly string[],
  connection: string | undefined,
  instead: Readonly<Record<string, string>>,
): string[] {
  const dropped = namedBy(connection);
  const kept: string[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const [name, value] = [rawHeaders[at] as string, rawHeaders[at + 1] as string];
    const lower = name.toLowerCase();
    if (!hopByHop.has(lower) && !dropped.has(lower) && lower !== 'host' && !Object.hasOwn(instead, lower) && !isForged(lower))
      kept.push(name, value);
  }
  for (const [name, value] of Object.entries(instead)) kept.push(name, value);
  return kept;
}

/** The headers of a service's answer, except those of its connection to the gateway. */
export function passedBack(headers: Given): Record<string, string | string[]> {
  const connection = headers['connection'];
  const dropped = namedBy(Array.isArray(connection) ? connection.join() : connection);
  const kept: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !hopByHop.has(name) && !dropped.has(name)) kept[name] = value;
  }
  return kept;
}
