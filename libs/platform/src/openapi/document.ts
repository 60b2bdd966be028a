import { permissions, services, type Permission, type ServiceContract } from '@ciep/contracts';
import type { INestApplication } from '@nestjs/common';
import { SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { ComponentCollection, pascal, sorted, thingsBefore, type Operation } from './components.js';
import {
  aboutExtension,
  cachedExtension,
  documentHead,
  refusals,
  securitySchemes,
  sharedBodies,
  sharedParameters,
  type Section,
} from './shared-components.js';

type Refusal = keyof typeof refusals;

const hasHeader = ({ parameters = [] }: Operation, name: string): boolean =>
  parameters.some(parameter => 'name' in parameter && parameter.name === name);

const when = (condition: boolean, ...refused: Refusal[]): Refusal[] => (condition ? refused : []);

/** The refusals that can happen to an operation, by what it declares. */
function refusalsOf(path: string, method: string, operation: Operation): Refusal[] {
  return [
    400,
    ...when(operation.security !== undefined, 401, 403),
    ...when(path.includes('{'), 404),
    ...when(method !== 'get', 409, 413, 415, 422),
    ...when(hasHeader(operation, 'If-Match'), 412, 428),
    429,
    503,
  ];
}

const scopeOf = (method: string, service: string): string => `${service}:${method === 'get' ? 'read' : 'write'}`;

/** What a token must hold for an operation, in words. */
function accessOf(method: string, service: string, operation: Operation): string {
  if (!operation.security) return 'Public: no token is needed. 公开，无需令牌。';
  const scope = `\`${scopeOf(method, service)}\``;
  const permission = (operation as { 'x-permission'?: Permission })['x-permission'];
  if (permission === undefined) return `Scope ${scope}. 权限范围 ${scope}。`;
  const roles = permissions[permission].join(', ');
  return `Scope ${scope}. Permission \`${permission}\`: ${roles}. 权限范围 ${scope}。权限 \`${permission}\`：${roles}。`;
}

/** What the code says by its names: tags of controllers without one, ids in the path. */
function nameWhatIsUnnamed(path: string, operation: Operation): void {
  if (operation.tags) operation.tags = operation.tags.map(inWords);
  for (const parameter of operation.parameters ?? []) {
    if (!('name' in parameter) || parameter.in !== 'path' || parameter.description) continue;
    parameter.description = `id of one of the ${thingsBefore(path, parameter.name).replaceAll('-', ' ')}`;
  }
}

const inWords = (name: string): string => name.replaceAll(/\B([A-Z])/g, ' $1').toLowerCase();

/** Takes a note off an operation that was left on it for the document. */
function takeNote(operation: Operation, extension: string): unknown {
  const note = (operation as unknown as Record<string, unknown>)[extension];
  Reflect.deleteProperty(operation, extension);
  return note;
}

/** Additions of a service to its document: webhooks, and the components that they refer to. */
export interface OwnDocument {
  readonly webhooks: Readonly<Record<string, object>>;
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly components: Readonly<Partial<Record<Section, Readonly<Record<string, object>>>>>;
}

/** The OpenAPI 3.1 document of a service, from its code; in the order of paths and names, so that a comparison shows changes only. */
export function openApiDocument(app: INestApplication, service: string, own?: OwnDocument): OpenAPIObject {
  const { en, zh } = (services as Readonly<Record<string, ServiceContract>>)[service]?.area ?? { en: service, zh: service };
  const head = { ...documentHead(`CIEP ${service}`, `${en} ${zh}`), components: { securitySchemes } };
  const document = SwaggerModule.createDocument(app, head, {
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}`,
  });
  const components = new ComponentCollection({ schemas: document.components?.schemas ?? {} }, own?.components);
  const tags = new Map((own?.tags ?? []).map(({ name, description }) => [name, description]));
  document.paths = sorted(Object.entries(document.paths));
  for (const [path, item] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(item) as [string, Operation][]) {
      nameWhatIsUnnamed(path, operation);
      const about = takeNote(operation, aboutExtension);
      for (const tag of operation.tags ?? []) tags.set(tag, typeof about === 'string' ? about : '');
      operation.operationId = (operation.operationId ?? '').replace('{Service}', pascal(service)); // what every service has
      operation.description ??= accessOf(method, service, operation);
      // Whoever reads a document alone, or one of several merged, finds at the operation what it needs.
      const secured = operation.security !== undefined;
      referToComponents(components, { path, method, operation, isAddressable: document.paths[`${path}/{id}`]?.get !== undefined });
      operation.security = secured ? [{ oauth2: [scopeOf(method, service)] }, { bearer: [] }] : [];
    }
  }
  components.refuseUnknownFields(sharedBodies);
  components.sayTexts();
  if (own) document.webhooks = own.webhooks;
  document.tags = [...tags].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, description]) => ({ name, description }));
  document.components = { securitySchemes: { ...securitySchemes }, ...components.all() };
  return document;
}

/** An operation at its place in the document. */
interface Place {
  readonly path: string;
  readonly method: string;
  readonly operation: Operation;
  /** Whether one of what lies at the path can be read by its id. */
  readonly isAddressable: boolean;
}

/** Replaces what an operation has in common with others by references, and adds the refusals that can happen to it. */
function referToComponents(components: ComponentCollection, { path, method, operation, isAddressable }: Place): void {
  const declared = Object.entries(operation.responses ?? {});
  const isCached = takeNote(operation, cachedExtension) === true;
  const kind = { isCached, isWrite: hasHeader(operation, 'Idempotency-Key'), isAddressable };
  const answers = declared.map(([status, response]) => [status, components.answer(status, response ?? { description: '' }, kind)] as const);
  const canBeUnchanged = method === 'get' && answers.some(([, answer]) => components.headersOf(answer).includes('ETag'));
  const shared = [
    ...(canBeUnchanged ? ([['304', 'NotModified']] as const) : []),
    ...refusalsOf(path, method, operation).map(status => [String(status), refusals[status]] as const),
    ['default', 'OtherProblem'] as const,
  ];
  operation.responses = {
    ...Object.fromEntries(shared.map(([status, name]) => [status, components.response(name)])),
    ...Object.fromEntries(answers),
  };
  refineBody(components, operation);
  const parameters = [...(operation.parameters ?? []), ...(canBeUnchanged ? [sharedParameters.IfNoneMatch] : [])];
  operation.parameters = parameters.map(parameter => components.parameter(path, parameter));
}

/** A body is needed if it has a required field, and has no fields besides those that its schema names. */
function refineBody(components: ComponentCollection, { requestBody }: Operation): void {
  if (requestBody === undefined || '$ref' in requestBody) return;
  components.refuseUnknownFields(requestBody);
  requestBody.required = Object.values(requestBody.content).some(({ schema }) => components.isNeeded(schema));
}
