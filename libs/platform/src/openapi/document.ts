import { permissions, type Permission } from '@ciep/contracts';
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
type Responses = NonNullable<Operation['responses']>;

const problemSchema = {
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
      items: { $ref: '#/components/schemas/FieldProblem' },
    },
  },
  additionalProperties: true,
};
const fieldProblemSchema = {
  type: 'object',
  description: 'one field that is wrong',
  required: ['pointer', 'code', 'detail'],
  properties: {
    pointer: { type: 'string', description: 'JSON pointer into the body, `/exhibits/0/name`' },
    code: { type: 'string', description: 'stable code', example: 'too_long' },
    detail: { type: 'string', description: 'in the language of `Accept-Language`' },
  },
};

const meanings: Readonly<Record<number, string>> = {
  400: 'the request, its query or an id is malformed',
  401: 'no valid access token',
  403: 'permission or scope missing',
  404: 'does not exist, or is not for the caller',
  409: 'state, time, quota or other rows decide against it',
  412: 'the version in If-Match is not the present one',
  413: 'the body is too large',
  415: 'the content type is not supported',
  422: 'fields of the body are wrong; `errors` names each',
  428: 'If-Match is missing',
  429: 'too many requests in a minute, or too many tries: see `Retry-After`, `RateLimit` and `RateLimit-Policy`',
};

const problem = (status: number) => ({
  description: meanings[status] ?? 'a problem',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});

/** The refusals that can happen to an operation, by what it declares. */
function refusalsOf(path: string, method: string, operation: Operation): number[] {
  const header = (name: string): boolean => (operation.parameters ?? []).some(parameter => 'name' in parameter && parameter.name === name);
  return [
    400,
    ...(operation.security ? [401, 403] : []),
    ...(path.includes('{') ? [404] : []),
    ...(method === 'get' ? [] : [409, 413, 415, 422]),
    ...(header('If-Match') ? [412, 428] : []),
    429,
  ];
}

/** What a token must hold for an operation, in words. */
function accessOf(method: string, service: string, operation: Operation): string {
  if (!operation.security) return 'Public: no token is needed.';
  const scope = `Scope \`${service}:${method === 'get' ? 'read' : 'write'}\`.`;
  const permission = (operation as { 'x-permission'?: Permission })['x-permission'];
  return permission ? `${scope} Permission \`${permission}\`: ${permissions[permission].join(', ')}.` : scope;
}

/** What the code says by its names: tags of controllers without one, ids in the path. */
function nameWhatIsUnnamed(path: string, operation: Operation): void {
  if (operation.tags) operation.tags = operation.tags.map(inWords);
  for (const parameter of operation.parameters ?? []) {
    if (!('name' in parameter) || parameter.in !== 'path' || parameter.description) continue;
    const things = path.split('/').at(path.split('/').indexOf(`{${parameter.name}}`) - 1) ?? '';
    parameter.description = `id of one of the ${things.replaceAll('-', ' ')}`;
  }
}

const inWords = (name: string): string => name.replaceAll(/\B([A-Z])/g, ' $1').toLowerCase();
const sorted = <Value>(entries: Readonly<Record<string, Value>>): Record<string, Value> =>
  Object.fromEntries(Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1)));

/** The OpenAPI 3.1 document of a service, from its code; in the order of paths and names, so that a comparison shows changes only. */
export function openApiDocument(app: INestApplication, service: string): OpenAPIObject {
  const info = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle(`CIEP ${service}`)
    .setVersion('1')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' })
    .build();
  const document = SwaggerModule.createDocument(app, info, {
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}`,
  });
  document.components ??= {};
  document.components.schemas = sorted({ ...document.components.schemas, Problem: problemSchema, FieldProblem: fieldProblemSchema });
  document.paths = sorted(document.paths);
  for (const [path, item] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(item) as [string, Operation][]) {
      nameWhatIsUnnamed(path, operation);
      operation.description ??= accessOf(method, service, operation);
      const responses: Responses = operation.responses ?? {};
      for (const status of refusalsOf(path, method, operation)) responses[status] ??= problem(status);
      responses['default'] ??= problem(0);
      if (method === 'get' && responses['200']) responses['304'] ??= { description: 'unchanged since your `If-None-Match`' };
    }
  }
  return document;
}
