import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { HttpRefusal } from './refusal.js';
import { streamsKey, type EdgeRequest } from './route.js';

/** JSON for ordinary routes, the declared media types for upload routes; anything else is 415. */
export class BodyTypeGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true;
    const request = context.switchToHttp().getRequest<EdgeRequest>();
    // A reading has no body, whatever a client calls it.
    if (request.method === 'GET' || request.method === 'HEAD') return true;
    const uploads = Reflect.getMetadata(streamsKey, context.getHandler()) as string[] | undefined;
    const given = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
    const fits = uploads
      ? given !== undefined && uploads.includes(given)
      : given === undefined || given === 'application/json' || given.endsWith('+json');
    if (fits) return true;
    throw new HttpRefusal({
      status: 415,
      code: 'body.type_unsupported',
      text: { zh: '不支持此内容类型。', en: 'The content type of the body is not supported.' },
      facts: { supported: uploads ?? ['application/json'] },
    });
  }
}
