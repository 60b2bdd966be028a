import { isDataError, isStorable } from '@ciep/platform';
import { Logger } from '@nestjs/common';
import { errors, type Adapter } from 'oidc-provider';

const log = new Logger('oidc');
const refusal = () => new errors.InvalidRequest('a parameter has a value that cannot be dealt with');

/**
 * The adapter, which refuses what PostgreSQL could not keep: the provider hands on the parameters of a request as they came. What
 * PostgreSQL refuses all the same is the client's mistake, too, and not a failure of ours.
 */
export function refusing(adapter: Adapter): Adapter {
  const careful =
    (ask: (...given: unknown[]) => Promise<unknown>) =>
    async (...given: unknown[]): Promise<unknown> => {
      if (!isStorable(given)) throw refusal();
      return ask.apply(adapter, given).catch((error: unknown) => {
        if (!isDataError(error)) throw error;
        log.error(error, 'a value reached PostgreSQL that a check should have refused');
        throw refusal();
      });
    };
  return new Proxy(adapter, { get: (target, name) => careful(Reflect.get(target, name) as (...given: unknown[]) => Promise<unknown>) });
}
