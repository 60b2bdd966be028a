import type { LoggerService } from '@nestjs/common';
import type { Log } from './log.js';

/** Nest's messages in our log; its start-up messages at debug level. */
export const nestLogger = (log: Log): LoggerService => ({
  verbose: (message: unknown) => log.trace(String(message)),
  debug: (message: unknown) => log.debug(String(message)),
  log: (message: unknown) => log.debug(String(message)),
  warn: (message: unknown) => log.warn(String(message)),
  error: (message: unknown, ...rest: unknown[]) => log.error({ detail: rest.map(String).join('\n') }, String(message)),
});
