import { newId } from '@ciep/kernel';
import { NestFactory } from '@nestjs/core';
import { inContext } from '../context/request-context.js';
import { nestLogger } from '../logging/nest-logger.js';
import { PlatformSettings } from '../settings/platform-settings.js';
import { startSpan } from '../tracing/tracing.js';
import type { Command } from './commands.js';
import { assemble, disposeParts, type ServiceHost } from './assembly.js';
import type { ServiceDefinition } from './service-definition.js';
import { clockOf, databaseUrlOf } from './service-settings.js';

/** A command refuses its input, with a line for each fault. The process prints the lines and exits with 1. */
export class CommandRefused extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'CommandRefused';
  }
}

/**
 * Runs one of the service's own commands ({@link ServiceDefinition.commands}). The providers are connected, but the service does not
 * listen, sends no events and runs no jobs. Returns the command's answer; throws {@link CommandRefused} as the command does.
 */
export async function runOwnCommand(
  definition: ServiceDefinition,
  [name = '', ...args]: readonly string[],
  host: ServiceHost,
): Promise<string> {
  const { commands = {} } = definition;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) throw new CommandRefused([`there is no command ${name}`]);
  const parts = await assemble(definition, host);
  try {
    const app = await NestFactory.createApplicationContext(parts.root, { logger: nestLogger(host.log), abortOnError: false });
    const id = newId();
    const context = {
      service: definition.name,
      requestId: id,
      traceparent: startSpan({ service: definition.name, name, kind: 'internal', parent: undefined }).traceparent,
      action: name,
      correlationId: id,
    };
    try {
      return await inContext(context, () => command(token => app.get(token, { strict: false }), args));
    } finally {
      await app.close();
    }
  } finally {
    await disposeParts(parts);
  }
}

/** Runs a service's own command, named by the first argument, and prints its answer. */
export const ownCommand: Command = async (definition, environment, { args, log }) => {
  const clock = clockOf(new PlatformSettings(environment));
  const answer = await runOwnCommand(definition, args, { environment, log, clock, databaseUrl: databaseUrlOf(definition, environment) });
  process.stdout.write(`${answer}\n`);
};
