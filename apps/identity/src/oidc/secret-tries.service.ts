import { Injectable } from '@nestjs/common';
import Provider, { errors } from 'oidc-provider';
import { addressOf } from '@ciep/platform';
import { LockOut, type Terms } from '../accounts/lock-out.service.js';
import { TooManyTries } from '../accounts/tries.errors.js';
import { IdentityConfig } from '../identity.config.js';

/**
 * Slows down guesses at the secret of a client: per client and address, so that a stranger who knows a portal's id cannot lock the portal
 * out. Only wrong secrets count, because a portal may request twenty tokens at once.
 */
@Injectable()
export class SecretTries {
  private readonly terms: Terms;

  constructor(
    private readonly lockOut: LockOut,
    config: IdentityConfig,
  ) {
    this.terms = { free: config.tries, regainSeconds: 60 };
  }

  /** Whether the secret matches. Throws 429 with `Retry-After` while the client is locked at this address. */
  async counting(clientId: string, fits: () => Promise<boolean>): Promise<boolean> {
    // The comparison of secrets gets no context; the provider keeps it for the chain of calls.
    const { ctx } = Provider as unknown as {
      ctx: { req: { headers: Record<string, string | undefined> }; ip: string; set(name: string, value: string): void };
    };
    const key = `${clientId}\n${addressOf({ headers: ctx.req.headers, ip: ctx.ip })}`;
    try {
      await this.lockOut.refuseClosed('client-secret', key);
      const right = await fits();
      if (!right) await this.lockOut.admit('client-secret', key, this.terms);
      return right;
    } catch (error) {
      if (!(error instanceof TooManyTries)) throw error;
      ctx.set('retry-after', String(error.retryAfterSeconds));
      throw new TooManySecrets(error.text.en);
    }
  }
}

/** In the format of the token endpoint's other refusals. */
class TooManySecrets extends errors.OIDCProviderError {
  constructor(override readonly error_description: string) {
    super(429, 'temporarily_unavailable');
  }
}
