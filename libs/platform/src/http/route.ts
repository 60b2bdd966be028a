import type { Permission } from '@ciep/contracts';
import { applyDecorators, createParamDecorator, HttpCode, SetMetadata, type ExecutionContext, type Type } from '@nestjs/common';
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
import type { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import type { Language } from '@ciep/kernel';
import { languages } from '@ciep/kernel';
import type { Principal } from '../auth/principal.js';
import type { Tx as OpenTransaction } from '../database/database.js';
import { HttpRefusal } from './refusal.js';

/** What the edge notes on a request. */
export interface EdgeRequest extends FastifyRequest {
  principal?: Principal;
  tx?: OpenTransaction;
}

export const accessKey = 'ciep:access';
export const writesKey = 'ciep:writes';
export const streamsKey = 'ciep:streams';
export const cachedKey = 'ciep:cached';

/** Who may call a route. */
export type Access =
  { readonly public: true } | { readonly permission: Permission } | { readonly authenticated: true } | { readonly service: true };

/** How a write route deals with `Idempotency-Key`. */
export interface WriteOptions {
  /** `required` on a POST that creates something or moves money, quota or booths. */
  readonly key?: 'required' | 'optional';
  /** Fields of body and answer that are shown once: left out of what is kept for repetitions, of the digest of the body too. */
  readonly secretFields?: readonly string[];
}

const requestOf = (context: ExecutionContext): EdgeRequest => context.switchToHttp().getRequest<EdgeRequest>();
const guarded = (access: Access) => applyDecorators(SetMetadata(accessKey, access), ApiBearerAuth());

/** The route needs this permission; a token without it gets 403 `permission.missing`. In the API document it is `x-permission`. */
export const Can = (permission: Permission) => applyDecorators(guarded({ permission }), ApiExtension('x-permission', permission));

/** The route needs a valid token, whatever its roles. */
export const Authenticated = () => guarded({ authenticated: true });

/** Anybody may call the route. */
export const Public = () => SetMetadata(accessKey, { public: true } satisfies Access);

/** The route is for other services (role `service`), below `/internal`, and the gateway does not lead to it. Marks a controller. */
export const Internal = () => applyDecorators(guarded({ service: true }), ApiExcludeController());

/** The route writes: it runs in one transaction, handed on by `@Tx()`, and answers a repeated `Idempotency-Key` with the first answer. */
export const Writes = (options: WriteOptions = {}) =>
  applyDecorators(
    SetMetadata(writesKey, options),
    ApiHeader({
      name: 'Idempotency-Key',
      required: options.key === 'required',
      description:
        'your own key of this action (16 to 128 characters); the same key with the same body has one effect and one answer, for 24 hours',
      schema: { type: 'string', minLength: 16, maxLength: 128 },
    }),
  );

/** The route takes a file of one of these media types as a stream (`@Upload()`), before any transaction. */
export const Streams = (...mediaTypes: string[]) =>
  applyDecorators(
    SetMetadata(streamsKey, mediaTypes),
    ApiConsumes(...mediaTypes),
    ApiBody({ schema: { type: 'string', format: 'binary' } }),
  );

/** A file on its way in. */
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
    mediaType: (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '',
    sha256: sha256 === undefined ? undefined : Buffer.from(sha256, 'base64').toString('hex'),
  };
});

/** The public answer may be kept by caches for some seconds; it gets an `ETag` of its content. */
export const Cached = (seconds: number) => SetMetadata(cachedKey, seconds);

/** Who calls. */
export const Actor = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const { principal } = requestOf(context);
  if (!principal) throw new Error('@Actor() on a public route');
  return principal;
});

const openTransaction = (_: unknown, context: ExecutionContext): OpenTransaction => {
  const { tx } = requestOf(context);
  if (!tx) throw new Error('@Tx() on a route without @Writes()');
  return tx;
};

/** Whether the factory of a route argument is that of `@Tx()`. */
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
      facts: { parameter: name },
    });
  }
  return value.toLowerCase();
});

/** An id in the path; 400 `id.malformed` when it is no UUID. */
export const Id =
  (name = 'id'): ParameterDecorator =>
  (target, key, index) => {
    idParam(name)(target, key, index);
    const descriptor = key === undefined ? undefined : Object.getOwnPropertyDescriptor(target, key);
    if (key !== undefined && descriptor) ApiParam({ name, schema: { type: 'string', format: 'uuid' } })(target, key, descriptor);
  };

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
  const version = /^"(\d{1,9})"$/.exec(given)?.[1];
  if (version === undefined) {
    throw new HttpRefusal({
      status: 412,
      code: 'if_match.not_one_version',
      text: { zh: 'If-Match 必须是读取时得到的那一个 ETag。', en: 'If-Match must be the one ETag that came with the reading.' },
    });
  }
  return Number(version);
});

/**
 * The version the caller has seen, from `If-Match`: 428 when missing, 412 when it is not one strong ETag. Where it is optional, a
 * caller that sends none is not held to a version (undefined).
 */
export const IfMatch =
  ({ optional = false }: { readonly optional?: boolean } = {}): ParameterDecorator =>
  (target, key, index) => {
    ifMatchParam(optional)(target, key, index);
    const descriptor = key === undefined ? undefined : Object.getOwnPropertyDescriptor(target, key);
    if (key === undefined || !descriptor) return;
    ApiHeader({
      name: 'If-Match',
      required: !optional,
      description: 'the ETag that came with your reading',
      schema: { type: 'string', pattern: '^"\\d{1,9}"$' },
    })(target, key, descriptor);
  };

const languageAsked = (_: unknown, context: ExecutionContext): Language | undefined => {
  const { lang } = requestOf(context).query as { lang?: string };
  const known = languages.find(language => language === lang);
  if (lang !== undefined && !known) {
    throw new HttpRefusal({ status: 400, code: 'query.invalid', text: { zh: 'lang 只能是 zh 或 en。', en: '`lang` is zh or en.' } });
  }
  return known;
};

/** Whether the factory of a route argument is that of `@Lang()`. */
export const isLangArgument = (factory: unknown): boolean => factory === languageAsked;

const langParam = createParamDecorator(languageAsked);

/** The language that `?lang=` asks to flatten localized text to; undefined leaves both. */
export const Lang = (): ParameterDecorator => (target, key, index) => {
  langParam()(target, key, index);
  const descriptor = key === undefined ? undefined : Object.getOwnPropertyDescriptor(target, key);
  if (key === undefined || !descriptor) return;
  ApiQuery({ name: 'lang', required: false, enum: [...languages], description: 'flattens text in two languages to this one' })(
    target,
    key,
    descriptor,
  );
};

/** The route answers one thing. */
export const Answers = (type: Type, status = 200) => applyDecorators(HttpCode(status), ApiResponse({ status, type }));

/** The route answers a bare list. */
export const AnswersList = (type: Type) => applyDecorators(HttpCode(200), ApiResponse({ status: 200, type, isArray: true }));

/** The route answers a page of things. */
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
          items: { type: 'array', items: { $ref: getSchemaPath(type) } },
          nextCursor: { type: ['string', 'null'] as never, description: 'pass it as `cursor` for the next page; null on the last' },
          total: { type: ['integer', 'null'] as never, description: 'number of all items that fit; null unless `count=true`' },
          syncedUntil: {
            type: ['string', 'null'] as never,
            format: 'date-time',
            description: 'pass it as `updatedSince` next time; null unless `updatedSince` was given',
          },
        },
      },
    }),
  );

/** The route answers 204 without a body. */
export const AnswersNothing = () => applyDecorators(HttpCode(204), ApiResponse({ status: 204, description: 'done' }));

/** The route answers a file: its handler returns a `FileAnswer`. */
export const AnswersFile = (...mediaTypes: string[]) =>
  applyDecorators(
    HttpCode(200),
    ApiResponse({
      status: 200,
      content: Object.fromEntries(mediaTypes.map(mediaType => [mediaType, { schema: { type: 'string', format: 'binary' } }])),
    }),
  );

/** A reading that state can refuse: 409, which every other operation has by itself. */
export const MayConflict = () =>
  ApiResponse({
    status: 409,
    description: 'state, time or other rows decide against it',
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  });
