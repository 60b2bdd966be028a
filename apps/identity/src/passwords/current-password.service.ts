import { addressOf, keyIn, RequestValidation, type Principal } from '@ciep/platform';
import { applyDecorators, Injectable, SetMetadata, UseGuards, type CanActivate, type ExecutionContext, type Type } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AccountQueries } from '../accounts/accounts.queries.js';
import { LoginTries } from '../accounts/login-tries.service.js';
import { Passwords } from '../accounts/passwords.service.js';
import type { CurrentPasswordDto } from './current-password.dto.js';
import { PasswordWrong, PersonOnly } from './password.errors.js';

/** A request of a person, who has proven the present password. */
export interface ProvenRequest extends FastifyRequest {
  principal?: Principal;
  /** The stored hash of the present password; undefined for a program, which has none. */
  provenHash?: string | undefined;
}

/** The hash that the present password was checked against. Throws `PersonOnly` for a program. */
export function provenHashOf({ provenHash }: ProvenRequest): string {
  if (provenHash === undefined) throw new PersonOnly();
  return provenHash;
}

const bodyKey = 'ciep:present-password';

/**
 * Admits a person who knows the present password, the field `currentPassword` of the body. It counts like a login, before the password is
 * checked and outside the transaction of the change, which a refusal rolls back. Throws `PasswordWrong` and `TooManyTries`.
 */
@Injectable()
export class CurrentPassword implements CanActivate {
  private readonly validation = new RequestValidation();

  constructor(
    private readonly accounts: AccountQueries,
    private readonly passwords: Passwords,
    private readonly tries: LoginTries,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<ProvenRequest>();
    // A request that would be refused anyway does not count as a try.
    keyIn(request);
    const metatype = Reflect.getMetadata(bodyKey, context.getHandler()) as Type<CurrentPasswordDto>;
    const { currentPassword } = (await this.validation.transform(request.body, { type: 'body', metatype })) as CurrentPasswordDto;
    request.provenHash = await this.prove(request, currentPassword);
    return true;
  }

  private async prove(request: ProvenRequest, password: string): Promise<string | undefined> {
    const credentials = request.principal?.kind === 'user' ? await this.accounts.credentialsOfPerson(request.principal.id) : undefined;
    if (!credentials) return undefined;
    const { mail, passwordHash } = credentials;
    const attempt = { mail, address: addressOf(request) };
    await this.tries.count(attempt);
    if (!(await this.passwords.fits(password, passwordHash))) throw new PasswordWrong();
    await this.tries.succeeded(attempt);
    return passwordHash;
  }
}

/** The route admits only a person who proves the present password in its body (docs/rules.md#password-change). */
export const PresentPassword = (body: Type<CurrentPasswordDto>) => applyDecorators(SetMetadata(bodyKey, body), UseGuards(CurrentPassword));
