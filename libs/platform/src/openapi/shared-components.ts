import { apiScopes, services, type ServiceContract } from '@ciep/contracts';
import { languages } from '@ciep/kernel';
import type { OpenAPIObject } from '@nestjs/swagger';

type Components = NonNullable<OpenAPIObject['components']>;
type Header = Extract<NonNullable<Components['headers']>[string], { schema?: unknown }>;

/** A part of the document that other parts refer to. */
export type Section = 'schemas' | 'responses' | 'parameters' | 'headers';
export const referenceTo = (section: Section, name: string): { $ref: string } => ({ $ref: `#/components/${section}/${name}` });

/** Control characters that no text contains; tab and line breaks are text. */
const controls = '\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f';

/** The schemas of the platform that no class declares. */
export const sharedSchemas = {
  Problem: {
    type: 'object',
    description: 'RFC 9457: what went wrong',
    required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'traceId', 'errors'],
    properties: {
      type: { type: 'string', format: 'uri', description: 'URN of the code' },
      title: { type: 'string', description: 'the kind of problem, in the language of `Accept-Language`' },
      status: { type: 'integer', description: 'the HTTP status' },
      detail: { type: 'string', description: 'what happened, in the language of `Accept-Language`' },
      instance: { type: 'string', description: 'path of the request' },
      code: { type: 'string', description: 'stable code, `noun.reason`', example: 'booth.taken' },
      traceId: { type: 'string', description: 'id of the request, as in `X-Request-Id` and our logs' },
      errors: {
        type: 'array',
        description: 'the fields that are wrong; empty when it is not about fields',
        items: referenceTo('schemas', 'FieldProblem'),
      },
    },
    additionalProperties: true,
  },
  FieldProblem: {
    type: 'object',
    description: 'one field that is wrong',
    required: ['pointer', 'code', 'detail'],
    properties: {
      pointer: { type: 'string', description: 'JSON pointer into the body, `/exhibits/0/name`' },
      code: { type: 'string', description: 'stable code', example: 'too_long' },
      detail: { type: 'string', description: 'in the language of `Accept-Language`' },
    },
  },
  Line: {
    description: 'text of one line that is not blank',
    pattern: `^[^${controls}\\n]*[^\\s${controls}\\n][^${controls}\\n]*$`.replaceAll('\\n', '\\u000a\\u000d\\u0085\\u2028\\u2029'),
  },
  Lines: { description: 'text that is not blank', pattern: `^[^${controls}]*[^\\s${controls}][^${controls}]*$` },
  Instant: { description: 'with an offset below 16 hours', pattern: '(Z|z|[+-](0\\d|1[0-5]):[0-5]\\d)$' },
  PageCursor: { type: ['string', 'null'], description: 'pass it as `cursor` for the next page; null on the last' },
  PageTotal: { type: ['integer', 'null'], description: 'number of all items that fit; null unless `count=true`' },
  PageSyncedUntil: {
    type: ['string', 'null'],
    format: 'date-time',
    description: 'pass it as `updatedSince` next time; null unless `updatedSince` was given',
  },
} as const;

const answerHeader = (description: string, type: 'string' | 'integer' = 'string') => ({ description, schema: { type } });

/** The headers of answers. */
export const sharedHeaders = {
  ContentLanguage: { description: 'the language of the texts, by `Accept-Language`', schema: { type: 'string', enum: [...languages] } },
  ETag: answerHeader('version of the answer: for `If-Match` when you change it, for `If-None-Match` when you ask again'),
  IdempotencyReplayed: answerHeader('`true` when this answer was given to the same `Idempotency-Key` before'),
  Link: answerHeader('the next page, with rel="next"; not there on the last'),
  Location: answerHeader('address of what was created, where it can be read'),
  RateLimit: answerHeader('what is left of each limit, and for how many seconds'),
  RateLimitPolicy: answerHeader('the limits, in requests per window'),
  RequestId: answerHeader('id of the request, as in `traceId` and our logs'),
  RetryAfter: answerHeader('after how many seconds to try again', 'integer'),
} as const satisfies Record<string, Header>;

const headerNames: Readonly<Record<keyof typeof sharedHeaders, string>> = {
  ContentLanguage: 'Content-Language',
  ETag: 'ETag',
  IdempotencyReplayed: 'Idempotency-Replayed',
  Link: 'Link',
  Location: 'Location',
  RateLimit: 'RateLimit',
  RateLimitPolicy: 'RateLimit-Policy',
  RequestId: 'X-Request-Id',
  RetryAfter: 'Retry-After',
};
export type HeaderName = keyof typeof sharedHeaders;

/** What every answer carries. */
export const everyAnswer = ['RateLimit', 'RateLimitPolicy', 'RequestId'] as const satisfies readonly HeaderName[];

/** The `headers` of a response: references to these. */
export const headersOf = (names: readonly HeaderName[]): Record<string, { $ref: string }> =>
  Object.fromEntries(names.map(name => [headerNames[name], referenceTo('headers', name)]));

const header = (name: string, required: boolean, description: string, schema: object) =>
  ({ name, in: 'header', required, description, schema }) as const;
const inPath = (name: string, description: string, schema: object) => ({ name, in: 'path', required: true, description, schema }) as const;
const query = (name: string, description: string, schema: object) => ({ name, in: 'query', required: false, description, schema }) as const;
const ofLength = (minLength: number, maxLength: number) => ({ type: 'string', minLength, maxLength }) as const;

const idempotencyKey = (required: boolean) =>
  header(
    'Idempotency-Key',
    required,
    'your own key of this action (16 to 128 characters); the same key with the same body has one effect and one answer, for 24 hours',
    ofLength(16, 128),
  );
const ifMatch = (required: boolean) =>
  header('If-Match', required, 'the ETag that came with your reading', {
    type: 'string',
    pattern: '^(W/)?"\\d{1,9}"(, *(W/)?"\\d{1,9}")*$',
  });

/** The parameters that routes get by the decorators of the platform and by `ListQuery`. */
export const sharedParameters = {
  IdempotencyKey: idempotencyKey(true),
  OptionalIdempotencyKey: idempotencyKey(false),
  IfMatch: ifMatch(true),
  OptionalIfMatch: ifMatch(false),
  IfNoneMatch: header('If-None-Match', false, 'the ETag of the answer that you have: 304 if it is the same', { type: 'string' }),
  DeadLettersId: inPath('id', 'id of the dead letter', { type: 'string', pattern: '^(in|out)-\\d{1,18}$' }),
  Lang: query('lang', 'flattens text in two languages to this one', { type: 'string', enum: [...languages] }),
  Limit: query('limit', 'how many items at most (50)', { type: 'integer', format: 'int32', minimum: 1, maximum: 200 }),
  Cursor: query('cursor', 'the `nextCursor` of the page before', { ...ofLength(1, 2_000), allOf: [referenceTo('schemas', 'Line')] }),
  UpdatedSince: query('updatedSince', 'only what changed at or after this instant; pass the `syncedUntil` of the last answer', {
    type: 'string',
    format: 'date-time',
    allOf: [referenceTo('schemas', 'Instant')],
  }),
  Count: query('count', 'whether to count all items that fit', { type: 'boolean' }),
} as const;

const problem = (description: string, ...headers: HeaderName[]) => ({
  description,
  headers: headersOf([...headers, 'ContentLanguage', ...everyAnswer]),
  content: { 'application/problem+json': { schema: referenceTo('schemas', 'Problem') } },
});

/** The responses that mean the same at every operation. */
export const sharedResponses = {
  NoContent: { description: 'done', headers: headersOf(['IdempotencyReplayed', ...everyAnswer]) },
  NotModified: { description: 'unchanged since your `If-None-Match`', headers: headersOf(['ETag', ...everyAnswer]) },
  BadRequest: problem('the request, its query or an id is malformed'),
  Unauthorized: problem('no valid access token'),
  Forbidden: problem('permission or scope missing'),
  NotFound: problem('does not exist, or is not for the caller'),
  Conflict: problem('state, time, quota or other rows decide against it'),
  Gone: problem('it was there and is no longer; the code says what to do instead'),
  PreconditionFailed: problem('the version in If-Match is not the present one'),
  ContentTooLarge: problem('the body is too large'),
  UnsupportedMediaType: problem('the content type is not supported'),
  UnprocessableContent: problem('fields of the body are wrong; `errors` names each'),
  PreconditionRequired: problem('If-Match is missing'),
  TooManyRequests: problem(
    'too many requests in a minute, or too many tries: see `Retry-After`, `RateLimit` and `RateLimit-Policy`',
    'RetryAfter',
  ),
  ServiceUnavailable: problem('cannot be served at the moment; nothing was done unless the code is `outcome.unknown`', 'RetryAfter'),
  OtherProblem: problem('a problem of the edge: 405 with `Allow`, 408, 414, 431, or a failure of ours', 'RetryAfter'),
} as const;
export type ResponseName = keyof typeof sharedResponses;

/** The shared response of a refusal by its status. */
export const refusals = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  410: 'Gone',
  412: 'PreconditionFailed',
  413: 'ContentTooLarge',
  415: 'UnsupportedMediaType',
  422: 'UnprocessableContent',
  428: 'PreconditionRequired',
  429: 'TooManyRequests',
  503: 'ServiceUnavailable',
} as const satisfies Record<number, ResponseName>;

/** Notes on an operation, while the document is made: that its answer may be cached, and what its tag is about. */
export const cachedExtension = 'x-cached';
export const aboutExtension = 'x-about';
/** Notes on a field, while the document is made, which of {@link sharedSchemas} says what its text may consist of. */
export const textExtension = 'x-text';

const scopes = Object.fromEntries(
  apiScopes.map(scope => {
    const [service = '', verb = ''] = scope.split(':');
    const { zh, en } = (services as Readonly<Record<string, ServiceContract>>)[service]?.area ?? { zh: service, en: service };
    return [scope, `${verb} ${en} ${zh}`];
  }),
);

/** How callers show who they are: with a token, which people and clients get by OAuth 2. */
export const securitySchemes = {
  bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'an access token of the platform 平台的访问令牌' },
  oauth2: {
    type: 'oauth2',
    description:
      'people log in by authorization code with PKCE, clients show their own credentials 用户以授权码加 PKCE 方式登录，客户端出示自己的凭证',
    flows: {
      authorizationCode: { authorizationUrl: '/oidc/auth', tokenUrl: '/oidc/token', refreshUrl: '/oidc/token', scopes },
      clientCredentials: { tokenUrl: '/oidc/token', scopes },
    },
  },
} as const;

/** What documents of the API say of themselves. */
export const documentHead = (title: string, description: string) => ({
  openapi: '3.1.0',
  info: {
    title,
    version: '1',
    description,
    contact: { name: 'The maintainers of the CIEP platform' },
    license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
  },
  servers: [{ url: '/', description: 'the installation that serves this document 提供本文档的平台' }],
});

/** What classes of the platform declare: the same in every service. */
const sharedClasses = new Set([
  'AuditEntryDto',
  'DeadLetterDto',
  'LocalizedTextDto',
  'MoneyDto',
  'ReplayDeadLettersDto',
  'ReplayedDeadLettersDto',
  'SkipDeadLetterDto',
]);

/** Classes of the platform that bodies are made of, whether those of a service are or not: closed everywhere alike. */
export const sharedBodies = ['LocalizedTextDto', 'MoneyDto'].map(name => referenceTo('schemas', name));

/** What is added to the name of a class to name the response that carries it. */
const answerSuffix = /(?:Page)?(?:Cached)?(?:Created|Changed)?(?:Inside)?$/;

/** Whether a component comes from the platform: it has one name and one meaning in all services, and stands once in a merged document. */
export function isSharedComponent(section: string, name: string): boolean {
  if (section === 'schemas') return name in sharedSchemas || sharedClasses.has(name.replace(/Page$/, 'Dto'));
  if (section === 'responses') return name in sharedResponses || sharedClasses.has(name.replace(answerSuffix, ''));
  return section === 'parameters' ? name in sharedParameters : section === 'headers' || section === 'securitySchemes';
}
