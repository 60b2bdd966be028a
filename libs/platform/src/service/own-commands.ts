import { newId, type Clock } from '@ciep/kernel';
import { NestFactory } from '@nestjs/core';
import { inContext } from '../context/request-context.js';
import { childTraceparent } from '../context/traceparent.js';
import { nestLogger } from '../logging/nest-logger.js';
import { PlatformSettings } from '../settings/platform-settings.js';
import type { Command } from './commands.js';
import { assemble, letGo, type Surroundings } from './assembly.js';
import type { ServiceDefinition } from './service-definition.js';
import { databaseUrlOf } from './service-settings.js';

/** What somebody asked of a command cannot be done: one line for each thing that is wrong. The process prints them and ends with 1. */
export class CommandRefused extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'CommandRefused';
  }
}

/**
 * Runs a command that the service itself brings ({@link ServiceDefinition.commands}): its providers are there and connected, but
 * nothing listens, no fact is sent and no job runs. Answers what the command says; throws {@link CommandRefused} as it does.
 */
export async function runOwnCommand(
  definition: ServiceDefinition,
  [name = '', ...args]: readonly string[],
  surroundings: Surroundings,
): Promise<string> {
  const { commands = {} } = definition;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) throw new CommandRefused([`there is no command ${name}`]);
  const parts = await assemble(definition, surroundings);
  try {
    const app = await NestFactory.createApplicationContext(parts.root, { logger: nestLogger(surroundings.log), abortOnError: false });
    const id = newId();
    const context = {
      service: definition.name,
      requestId: id,
      traceparent: childTraceparent(undefined),
      action: name,
      correlationId: id,
    };
    try {
      return await inContext(context, () => command(token => app.get(token, { strict: false }), args));
    } finally {
      await app.close();
    }
  } finally {
    await letGo(parts);
  }
}

/** A command of the service's own as one of its process; undefined where the service has none of this name. */
export function ownCommand(
  { commands = {} }: ServiceDefinition,
  name: string,
  clockOf: (settings: PlatformSettings) => Clock,
): Command | undefined {
  if (!Object.hasOwn(commands, name)) return undefined;
  return async (definition, environment, { args, log }) => {
    const clock = clockOf(new PlatformSettings(environment));
    const databaseUrl = databaseUrlOf(definition, environment);
    const said = await runOwnCommand(definition, [name, ...args], { environment, log, clock, databaseUrl });
    process.stdout.write(`${said}\n`);
  };
}
