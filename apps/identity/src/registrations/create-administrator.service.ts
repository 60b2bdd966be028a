import { parseArgs } from 'node:util';
import { DomainError } from '@ciep/kernel';
import { CommandRefused, Database, type Finder } from '@ciep/platform';
import { z } from 'zod';
import { InviteAdministrator } from './invite-administrator.use-case.js';
import { Links } from './links.service.js';

const usage =
  'create-administrator --mail <address> [--name <name>] [--phone <number>] [--language zh|en] [--credit-code <of the executor>] [--force]';

const options = {
  mail: { type: 'string' },
  name: { type: 'string' },
  phone: { type: 'string', default: '-' },
  language: { type: 'string', default: 'zh' },
  'credit-code': { type: 'string' },
  force: { type: 'boolean', default: false },
} as const;

const invited = z.object({
  mail: z.email().max(254),
  name: z.string().trim().min(1).max(100).optional(),
  phone: z.string().trim().min(1).max(40),
  language: z.enum(['zh', 'en']),
  'credit-code': z.string().optional(),
  force: z.boolean(),
});

function read(args: readonly string[]) {
  try {
    return invited.parse(parseArgs({ args: [...args], options }).values);
  } catch {
    throw new CommandRefused([usage]);
  }
}

/** A refusal with one line per fault. */
function explain(error: unknown): never {
  if (!(error instanceof DomainError)) throw error;
  throw new CommandRefused([error.text.en, ...error.fields.map(({ pointer, detail }) => `${pointer}: ${detail.en}`)]);
}

/**
 * A command for operators of a new installation: appoints its administrator and prints the one-time link
 * (docs/runbook.md#first-administrator).
 */
export async function createAdministrator(find: Finder, args: readonly string[]): Promise<string> {
  const { 'credit-code': creditCode, name, ...person } = read(args);
  const outcome = await find(Database)
    .transaction(tx => find(InviteAdministrator).execute({ ...person, name: name ?? person.mail, creditCode }, tx))
    .catch(explain);
  if (outcome.kind === 'appointed') return `${person.mail} has an account and is platform administrator: log in with its password.`;
  return `${await find(Links).address('registration', outcome.registrationId, outcome.link)}\n(works once, until ${outcome.expiresAt.toISOString()}; links made before no longer work)`;
}
