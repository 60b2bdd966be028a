import type { Permission } from '@ciep/contracts';
import {
  applyDecorators,
  createParamDecorator,
  HttpCode,
  SetMetadata,
  type ExecutionContext,
  type PipeTransform,
  type Type,
} from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiConsumes,
  ApiExcludeController,
  ApiExtension,
  ApiExtraModels,
  ApiHeader,
  ApiParam,
  ApiQuery,
  ApiResponse,
  getSchemaPath,
} from '@nestjs/swagger';
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import type { Language } from '@ciep/kernel';
import { languages } from '@ciep/kernel';
import type { Principal } from '../context/principal.js';
import type { Tx as OpenTransaction } from '../database/database.js';
import { aboutExtension, cachedExtension, referenceTo, sharedParameters } from '../openapi/shared-components.js';
import { HttpRefusal } from './refusal.js';

/** A request with what guards and interceptors add to it. */
export interface EdgeRequest extends FastifyRequest {
  principal?: Principal | undefined;
  tx?: OpenTransaction;
}

export const accessKey = 'ciep:access';
export const writesKey = 'ciep:writes';
export const streamsKey = 'ciep:streams';
export const cachedKey = 'ciep:cached';

/** Who may call a route. */
export type Access =
  | { readonly public: true; readonly more?: Permission }
  | { readonly permission: Permission }
  | { readonly authenticated: true }
  | { readonly service: true };

/** How a write route deals with `Idempotency-Key`. */
export interface WriteOptions {
  /** `required` for a POST that creates something or moves money, quota or booths. */
  readonly key?: 'required' | 'optional';
  /** Fields of the answer that are shown once, and left out of what is kept for repetitions. */
  readonly secretFields?: readonly string[];
  /** The body carries a password or the like: it is compared by the service's {@link SecretDigest}. */
  readonly secretBody?: boolean;
}

const requestOf = (context: ExecutionContext): EdgeRequest => context.switchToHttp().getRequest<EdgeRequest>();

/** The media type of a request, without parameters; empty when there is none. */
export const mediaTypeOf = (headers: IncomingHttpHeaders): string => headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '';

const guarded = (access: Access) => applyDecorators(SetMetadata(accessKey, access), ApiBearerAuth());

/** The route needs this permission; a token without it gets 403 `permission.missing`. In the API document it is `x-permission`. */
export const Can = (permission: Permission) => applyDecorators(guarded({ permission }), ApiExtension('x-permission', permission));

/** The route needs a valid token, with any role. */
export const Authenticated = () => guarded({ authenticated: true });

/** Anybody may call the route; a token with the permission `more` shows what is not public yet ({@link SeesMore}). */
export const Public = (more?: Permission) => SetMetadata(accessKey, { public: true, ...(more !== undefined && { more }) } satisfies Access);

/** Whether the caller of a public route has the permission to see more. */
export const SeesMore = createParamDecorator(
  (_: unknown, context: ExecutionContext): boolean => requestOf(context).principal !== undefined,
);

/** Marks a controller for other services (role `service`), below `/internal`; the gateway has no route to it. */
export const Internal = () => applyDecorators(guarded({ service: true }), ApiExcludeController());

/** The route runs in one transaction, which `@Tx()` provides, and answers a repeated `Idempotency-Key` with the first answer. */
export const Writes = (options: WriteOptions = {}) =>
  applyDecorators(
    SetMetadata(writesKey, options),
    ApiHeader(options.key === 'required' ? sharedParameters.IdempotencyKey : sharedParameters.OptionalIdempotencyKey),
  );

/** The route takes a file of one of these media types as a stream (`@Upload()`), before any transaction. */
export const Streams = (...mediaTypes: string[]) =>
  applyDecorators(
    SetMetadata(streamsKey, mediaTypes),
    ApiConsumes(...mediaTypes),
    ApiBody({ schema: { type: 'string', format: 'binary' } }),
  );

/** A file that is being uploaded. */
export interface IncomingFile {
  readonly stream: Readable;
  /** Declared content type, without parameters. */
  readonly mediaType: string;
  /** SHA-256 that the caller declares in `Content-Digest`, hexadecimal. */
  readonly sha256: string | undefined;
}

/** The file that a `@Streams()` route receives; 400 `digest.malformed` when `Content-Digest` holds no SHA-256. */
export const Upload = createParamDecorator((_: unknown, context: ExecutionContext): IncomingFile => {
  const request = requestOf(context);
  const digest = request.headers['content-digest'];
  const sha256 = typeof digest === 'string' ? /sha-256=:([A-Za-z0-9+/]{43}=):/.exec(digest)?.[1] : undefined;
  if (digest !== undefined && sha256 === undefined) {
    throw new HttpRefusal({
      status: 400,
      code: 'digest.malformed',
      text: { zh: 'Content-Digest 应含 sha-256 摘要。', en: 'Content-Digest must hold a sha-256 digest.' },
    });
  }
  return {
    stream: request.body as Readable,
    mediaType: mediaTypeOf(request.headers),
    sha256: sha256 === undefined ? undefined : Buffer.from(sha256, 'base64').toString('hex'),
  };
});

/** Caches may keep the public answer for some seconds; its `ETag` is a digest of the content. */
export const Cached = (seconds: number) => applyDecorators(SetMetadata(cachedKey, seconds), ApiExtension(cachedExtension, true));

/** What the routes of a controller are about, for their tag in the API document: `English 中文名：中文说明`. */
export const About = (text: string) => ApiExtension(aboutExtension, text);

/** The caller. */
export const Actor = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const { principal } = requestOf(context);
  if (!principal) throw new Error('@Actor() on a public route');
  return principal;
});

/** The input of a share: the caller, and the open transaction, which a look-up must use if there is one. */
export interface Caller {
  readonly principal: Principal;
  readonly tx: OpenTransaction | undefined;
}

const callerOf = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { principal, tx } = requestOf(context);
  if (!principal) throw new Error('@Share() on a public route');
  return { principal, tx };
});

/**
 * The part of the service's data that the caller may see or change. A provider of the service computes it once per request: its
 * `transform` takes the {@link Caller}.
 *
 * ```ts
 * read(@Id() id: string, @Share(InvoiceOwners) owner: InvoiceOwner) { … }
 * ```
 */
export const Share = (shares: Type<PipeTransform<Caller>>): ParameterDecorator => callerOf(undefined, shares);

const openTransaction = (_: unknown, context: ExecutionContext): OpenTransaction => {
  const { tx } = requestOf(context);
  if (!tx) throw new Error('@Tx() on a route without @Writes()');
  return tx;
};

/** Whether the factory of a route argument belongs to `@Tx()`. */
export const isTxArgument = (factory: unknown): boolean => factory === openTransaction;

/** The transaction that `@Writes()` opened; as a type, any open transaction. */
export const Tx = createParamDecorator(openTransaction);
export type Tx = OpenTransaction;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

const idParam = createParamDecorator((name: string, context: ExecutionContext): string => {
  const value = (requestOf(context).params as Record<string, string>)[name] ?? '';
  if (!uuid.test(value)) {
    throw new HttpRefusal({
      status: 400,
      code: 'id.malformed',
      text: { zh: '编号格式不正确。', en: 'The id in the address is not a UUID.' },
      details: { parameter: name },
    });
  }
  return value.toLowerCase();
});

/** A parameter decorator that also documents its route. */
const documented =
  (parameter: ParameterDecorator, documentation: MethodDecorator): ParameterDecorator =>
  (target, key, index) => {
    parameter(target, key, index);
    const descriptor = key === undefined ? undefined : Object.getOwnPropertyDescriptor(target, key);
    if (key !== undefined && descriptor) documentation(target, key, descriptor);
  };

/** An id in the path; 400 `id.malformed` if it is not a UUID. */
export const Id = (name = 'id'): ParameterDecorator =>
  documented(idParam(name), ApiParam({ name, schema: { type: 'string', format: 'uuid' } }));

const ifMatchParam = createParamDecorator((optional: boolean, context: ExecutionContext): number | undefined => {
  const given = requestOf(context).headers['if-match'];
  if (given === undefined && optional) return undefined;
  if (given === undefined) {
    throw new HttpRefusal({
      status: 428,
      code: 'if_match.required',
      text: { zh: '缺少 If-Match：请先读取内容，并带上其 ETag。', en: 'If-Match is required: read it first and send its ETag.' },
    });
  }
  const versions = given.split(',').map(tag => Number(/^(?:W\/)?"(\d{1,9})"$/.exec(tag.trim())?.[1]));
  if (versions.some(Number.isNaN)) {
    throw new HttpRefusal({
      status: 412,
      code: 'if_match.not_one_version',
      text: { zh: 'If-Match 必须是读取时得到的 ETag。', en: 'If-Match must be the ETag that came with the reading.' },
    });
  }
  // Versions only grow: who has seen several decides on the latest.
  return Math.max(...versions);
});

/**
 * The version that the caller has seen, from `If-Match`: 428 when it is missing, 412 when it is not one strong ETag. Where it is
 * optional, a missing one gives undefined.
 */
export const IfMatch = ({ optional = false }: { readonly optional?: boolean } = {}): ParameterDecorator =>
  documented(ifMatchParam(optional), ApiHeader(optional ? sharedParameters.OptionalIfMatch : sharedParameters.IfMatch));

const requestedLanguage = (_: unknown, context: ExecutionContext): Language | undefined => {
  const { lang } = requestOf(context).query as { lang?: string };
  const known = languages.find(language => language === lang);
  if (lang !== undefined && !known) {
    throw new HttpRefusal({ status: 400, code: 'query.invalid', text: { zh: 'lang 只能是 zh 或 en。', en: '`lang` is zh or en.' } });
  }
  return known;
};

/** Whether the factory of a route argument belongs to `@Lang()`. */
export const isLangArgument = (factory: unknown): boolean => factory === requestedLanguage;

const langParam = createParamDecorator(requestedLanguage);

/** The language that `?lang=` requests for localized text; undefined for both. */
export const Lang = (): ParameterDecorator => documented(langParam(), ApiQuery(sharedParameters.Lang));

/** The route answers with one object. */
export const Answers = (type: Type, status = 200) => applyDecorators(HttpCode(status), ApiResponse({ status, type }));

/** The route answers with a page of a list. */
export const AnswersPage = (type: Type) =>
  applyDecorators(
    HttpCode(200),
    ApiExtraModels(type),
    ApiResponse({
      status: 200,
      description: 'one page; `Link` with rel="next" leads to the next',
      schema: {
        type: 'object',
        required: ['items', 'nextCursor', 'total', 'syncedUntil'],
        properties: {
          items: { type: 'array', description: 'what is on this page', items: { $ref: getSchemaPath(type) } },
          nextCursor: referenceTo('schemas', 'PageCursor'),
          total: referenceTo('schemas', 'PageTotal'),
          syncedUntil: referenceTo('schemas', 'PageSyncedUntil'),
        },
      },
    }),
  );

/** The route answers with 204 and no body. */
export const AnswersNothing = () => applyDecorators(HttpCode(204), ApiResponse({ status: 204, description: 'done' }));

/** The route answers with a file: its handler returns a `FileAnswer`. */
export const AnswersFile = (...mediaTypes: string[]) =>
  applyDecorators(
    HttpCode(200),
    ApiResponse({
      status: 200,
      description: 'the file',
      content: Object.fromEntries(mediaTypes.map(mediaType => [mediaType, { schema: { type: 'string', format: 'binary' } }])),
    }),
  );

/** The state can refuse this GET with 409. Other methods document 409 without it. */
export const MayConflict = () => ApiResponse({ status: 409 });
