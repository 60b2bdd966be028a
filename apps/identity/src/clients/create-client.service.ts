import { parseArgs } from 'node:util';
import { DomainError, type FieldRefusal } from '@ciep/kernel';
import { CommandRefused, Database, type Finder } from '@ciep/platform';
import type { StatedClient } from './client.rules.js';
import { RegisterClient } from './register-client.use-case.js';

const usage = `create-client --id <client id> --name-zh <name> --name-en <name> [--scope <service>:read|write …] and
  of a front end for people: --redirect-uri <address> … [--post-logout-redirect-uri <address> …] [--first-party]
  of a system that acts for itself: --organisation <id or credit code> --role <role> … [--region <code>]`;

const text = { type: 'string' } as const;
const texts = { type: 'string', multiple: true, default: [] as string[] } as const;
const options = {
  id: text,
  'name-zh': text,
  'name-en': text,
  scope: texts,
  'redirect-uri': texts,
  'post-logout-redirect-uri': texts,
  'first-party': { type: 'boolean', default: false },
  organisation: text,
  region: text,
  role: texts,
} as const;

/** The command-line options of the fields of a client. */
const optionOf: Readonly<Record<string, keyof typeof options>> = {
  clientId: 'id',
  'name/zh': 'name-zh',
  'name/en': 'name-en',
  apiScopes: 'scope',
  redirectUris: 'redirect-uri',
  postLogoutRedirectUris: 'post-logout-redirect-uri',
  organisation: 'organisation',
  regionCode: 'region',
  roles: 'role',
};

function read(args: readonly string[]): StatedClient {
  const { values, tokens } = parsed(args);
  const named = tokens.filter(token => token.kind === 'option').map(({ name }) => name);
  const twice = [...new Set(named.filter((name, index) => named.indexOf(name) < index))].filter(name => !('multiple' in options[name]));
  if (twice.length > 0) throw new CommandRefused(twice.map(name => `--${name}: It may be named only once.`));
  return {
    clientId: values.id ?? '',
    name: { zh: values['name-zh'] ?? '', en: values['name-en'] ?? '' },
    firstParty: values['first-party'],
    redirectUris: values['redirect-uri'],
    postLogoutRedirectUris: values['post-logout-redirect-uri'],
    apiScopes: values.scope,
    organisation: values.organisation,
    regionCode: values.region,
    roles: values.role,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, tokens: true });
  } catch (error) {
    throw new CommandRefused([(error as Error).message, usage]);
  }
}

/** The faults, with the option and the value that the operator typed. */
function lineOf(stated: StatedClient, { pointer, detail }: FieldRefusal): string {
  const [, field = '', place = ''] = /^\/(.+?)(?:\/(\d+))?$/.exec(pointer) ?? [];
  const option = optionOf[field];
  if (!option) return `${detail.en}\n${usage}`;
  const value = (stated as unknown as Readonly<Record<string, unknown>>)[field];
  const typed = Array.isArray(value) ? place && (value as readonly string[])[Number(place)] : value;
  return `--${option}${typeof typed === 'string' && typed !== '' ? ` ${typed}` : ''}: ${detail.en}`;
}

function explain(stated: StatedClient, error: unknown): never {
  if (!(error instanceof DomainError)) throw error;
  throw new CommandRefused(error.fields.length > 0 ? error.fields.map(field => lineOf(stated, field)) : [error.text.en]);
}

/** A command for operators: registers a front end or a system, and prints a system's secret once (docs/runbook.md#clients). */
export async function createClient(find: Finder, args: readonly string[]): Promise<string> {
  const stated = read(args);
  const { secret } = await find(Database)
    .transaction(tx => find(RegisterClient).execute(stated, tx))
    .catch((error: unknown) => explain(stated, error));
  if (secret === undefined) return `client_id: ${stated.clientId}\n(public, without a secret: authorization code with PKCE)`;
  return `client_id: ${stated.clientId}\nclient_secret: ${secret}\n(shown only now; the platform keeps its hash)`;
}
