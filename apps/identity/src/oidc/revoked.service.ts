import { HttpRefusal } from '@ciep/platform';
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { decodeJwt } from 'jose';
import { Revocations } from './revocations.repository.js';

/** Refuses access tokens whose grant was revoked; signature and claims are the platform's own check. */
@Injectable()
export class RefuseRevoked implements CanActivate {
  constructor(private readonly revocations: Revocations) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const { authorization } = context.switchToHttp().getRequest<FastifyRequest>().headers;
    const marks = marksOf(authorization?.split(' ')[1]);
    if (marks.length === 0 || !(await this.revocations.includes(marks))) return true;
    throw new HttpRefusal({
      status: 401,
      code: 'token.revoked',
      text: { zh: '访问令牌已被撤销。', en: 'The access token has been revoked.' },
      headers: { 'www-authenticate': 'Bearer error="invalid_token", error_description="token.revoked"' },
    });
  }
}

function marksOf(token: string | undefined): string[] {
  try {
    const { gid, jti } = decodeJwt(token ?? '');
    return [gid, jti].filter(mark => typeof mark === 'string');
  } catch {
    return [];
  }
}
