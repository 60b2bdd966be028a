import { keyIn, RequestValidation, type Principal } from '@ciep/platform';
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ConfirmSecondFactorDto } from './second-factor.dto.js';
import { SecondFactorWrong } from './second-factor.errors.js';
import { SecondFactorCheck, type ProvenApp } from './second-factor-check.service.js';

/** A request of a person whose new app shows the code in it. */
export interface ProvenAppRequest extends FastifyRequest {
  principal?: Principal;
  /** Undefined for a program. */
  provenApp?: ProvenApp;
}

/** Admits a person whose new app shows the field `code` of the body. Throws `SecondFactorMissing`, `SecondFactorWrong` and `TooManyTries`. */
@Injectable()
export class NewAppCode implements CanActivate {
  private readonly validation = new RequestValidation();

  constructor(private readonly check: SecondFactorCheck) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<ProvenAppRequest>();
    keyIn(request);
    const body: unknown = await this.validation.transform(request.body, { type: 'body', metatype: ConfirmSecondFactorDto });
    const { code } = body as ConfirmSecondFactorDto;
    if (request.principal?.kind !== 'user') return true;
    const proven = await this.check.proves(request.principal.id, code);
    if (!proven) throw new SecondFactorWrong();
    request.provenApp = proven;
    return true;
  }
}
