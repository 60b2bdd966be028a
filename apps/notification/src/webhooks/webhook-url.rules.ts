import { isIP } from 'node:net';
import { isPublicAddress } from './address.rules.js';
import { WebhookUrlRefused } from './webhook.errors.js';

/** Names with a meaning only inside a network. */
const innerName = /(^|\.)(localhost|localdomain|local|internal|intranet|lan|home|corp|private|home\.arpa)$/;

/** The target of a webhook. `trusted` marks a pair that is explicitly allowed in development. */
export interface WebhookTarget {
  readonly url: URL;
  /** Name or address, without brackets and without a trailing dot. */
  readonly host: string;
  readonly trusted: boolean;
}

const hostOf = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
const portOf = (url: URL): string => url.port || (url.protocol === 'http:' ? '80' : '443');

/**
 * Parses an endpoint's URL like the HTTP client (WHATWG URL), and refuses everything that cannot be a public HTTPS endpoint
 * (docs/rules.md#webhook-addresses). `admitted` are the `host:port` pairs allowed in development.
 */
export function readTarget(text: string, admitted: ReadonlySet<string>): WebhookTarget {
  const url = URL.parse(text);
  if (!url) throw new WebhookUrlRefused('not_a_url');
  if (url.username || url.password) throw new WebhookUrlRefused('credentials_in_url');
  if (url.hash) throw new WebhookUrlRefused('fragment_in_url');
  const host = hostOf(url);
  if ((url.protocol === 'https:' || url.protocol === 'http:') && admitted.has(`${host}:${portOf(url)}`))
    return { url, host, trusted: true };
  if (url.protocol !== 'https:') throw new WebhookUrlRefused('https_only');
  if (!['443', '8443'].includes(portOf(url))) throw new WebhookUrlRefused('port_refused');
  const inner = isIP(host) ? !isPublicAddress(host) : !host.includes('.') || innerName.test(host);
  if (inner) throw new WebhookUrlRefused('address_refused');
  return { url, host, trusted: false };
}
