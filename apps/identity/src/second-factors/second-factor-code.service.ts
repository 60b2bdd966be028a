import { keyIn, type Principal } from '@ciep/platform';
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { SecondFactorWrong } from './second-factor.errors.js';
import { SecondFactorCheck } from './second-factor-check.service.js';

/**
 * Admits a person who has the second factor, the field `code` of the body. It stands behind `CurrentPassword`, which has validated the
 * body, and counts outside the transaction. Throws `SecondFactorWrong` and `TooManyTries`.
 */
@Injectable()
export class SecondFactorCode implements CanActivate {
  constructor(private readonly check: SecondFactorCheck) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest & { principal?: Principal }>();
    keyIn(request);
    const { code } = request.body as { code: string };
    if (request.principal?.kind === 'user' && !(await this.check.passes(request.principal.id, code))) throw new SecondFactorWrong();
    return true;
  }
}
