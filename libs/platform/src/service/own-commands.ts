import { newId, type Clock } from '@ciep/kernel';
import { NestFactory } from '@nestjs/core';
import { inContext } from '../context/request-context.js';
import { childTraceparent } from '../context/traceparent.js';
import { nestLogger } from '../logging/nest-logger.js';
import { PlatformSettings } from '../settings/platform-settings.js';
import type { Command } from './commands.js';
import { assemble, letGo } from './serve.js';
import type { ServiceDefinition } from './service-definition.js';
import { databaseUrlOf } from './service-settings.js';

/**
 * A command that the service itself brings ({@link ServiceDefinition.commands}): its providers are there and connected, but
 * nothing listens, no fact is sent and no job runs. What it answers is printed. Undefined where the service has none of this name.
 */
export function ownCommand(
  { commands = {} }: ServiceDefinition,
  name: string,
  clockOf: (settings: PlatformSettings) => Clock,
): Command | undefined {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  return (
    command &&
    (async (definition, environment, { args, log }) => {
      const clock = clockOf(new PlatformSettings(environment));
      const databaseUrl = databaseUrlOf(definition, environment);
      const parts = await assemble(definition, { environment, log, clock, databaseUrl });
      try {
        const app = await NestFactory.createApplicationContext(parts.root, { logger: nestLogger(log), abortOnError: false });
        const id = newId();
        const context = {
          service: definition.name,
          requestId: id,
          traceparent: childTraceparent(undefined),
          action: name,
          correlationId: id,
        };
        try {
          const said = await inContext(context, () => command(token => app.get(token, { strict: false }), args));
          process.stdout.write(`${said}\n`);
        } finally {
          await app.close();
        }
      } finally {
        await letGo(parts);
      }
    })
  );
}
