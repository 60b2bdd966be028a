import { pino, type Logger } from 'pino';
import { currentContext } from '../context/request-context.js';

/** The structured logger of the process. */
export type Log = Logger;

/** Keys whose values never appear in the log, at every depth of our objects. */
const confidential = [
  'authorization',
  'cookie',
  'set-cookie',
  'password',
  'currentPassword',
  'recoveryCodes',
  'secret',
  'token',
  'mail',
  'phone',
  'name',
  'client_secret',
];
const paths = confidential.flatMap(key => [`["${key}"]`, `*["${key}"]`, `*.*["${key}"]`]);

/** Creates the process's logger: JSON lines with service and request id, without personal data and secrets. */
export function createLog(level: string, destination?: { write(line: string): void }): Log {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths, censor: '[removed]' },
    serializers: { error: describeError },
    mixin: () => {
      const context = currentContext();
      return context ? { service: context.service, requestId: context.requestId, traceparent: context.traceparent } : {};
    },
  };
  return destination ? pino(options, destination) : pino(options);
}

/** An error for the log, without the values and details of a database error, which may contain personal data. */
function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    message: error.message,
    code,
    stack: error.stack,
    cause: error.cause instanceof Error ? describeError(error.cause) : undefined,
  };
}
