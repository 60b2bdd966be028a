import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { addressOf } from '@ciep/platform';
import { Tries } from '../accounts/tries.service.js';
import { IdentityConfig } from '../identity.config.js';

/** Limits the requests of one network address to the public routes, before a transaction is opened for them. */
@Injectable()
export class RegistrationLimit implements CanActivate {
  constructor(
    private readonly tries: Tries,
    private readonly config: IdentityConfig,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    await this.count(context.switchToHttp().getRequest<FastifyRequest>());
    return true;
  }

  /** Counts a request of the pages, which have no guards. Throws `TooManyTries`. */
  async count(request: FastifyRequest): Promise<void> {
    await this.tries.count('registration-address', addressOf(request), { tries: this.config.registrationsPerHour, seconds: 3_600 });
  }
}
