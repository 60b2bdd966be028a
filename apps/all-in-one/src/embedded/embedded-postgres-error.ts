/** The embedded PostgreSQL cannot be started; the message is one line that names the cause and what to do about it. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';

  constructor(cause: string, cure: string) {
    super(`The embedded PostgreSQL cannot start: ${cause}. ${cure}.`);
  }
}
