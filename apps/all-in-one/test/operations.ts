import { randomUUID } from 'node:crypto';
import type { Permission } from '@ciep/contracts';

/** A JSON schema of the API document. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly pattern?: string;
  readonly enum?: readonly unknown[];
  readonly example?: unknown;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
}

type Schemas = Readonly<Record<string, Schema>>;

/** A schema together with what it refers to and what its parts say. Of several choices it takes the one that is not null. */
export function resolved({ $ref, allOf = [], anyOf = [], ...own }: Schema, schemas: Schemas): Schema {
  const parts = [
    ...($ref === undefined ? [] : [named($ref, schemas)]),
    ...allOf,
    ...anyOf.filter(({ type }) => type !== 'null').slice(0, 1),
  ];
  return parts.map(part => resolved(part, schemas)).reduceRight((whole, part) => merged(part, whole), own);
}

function named($ref: string, schemas: Schemas): Schema {
  const found = schemas[$ref.split('/').at(-1) ?? ''];
  if (!found) throw new Error(`the document has no ${$ref}`);
  return found;
}

/** Both schemas; the nearer one wins where they differ. */
function merged(far: Schema, near: Schema): Schema {
  const { properties: inherited = {} } = far;
  const own = Object.entries(near.properties ?? {}).map(([name, one]) => [name, merged(inherited[name] ?? {}, one)] as const);
  return { ...far, ...near, ...((far.properties ?? near.properties) && { properties: { ...inherited, ...Object.fromEntries(own) } }) };
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema?: Schema;
}

interface Reference {
  readonly $ref: string;
}

interface DocumentedOperation {
  /** What it needs; a token unless it says otherwise. */
  readonly security?: readonly object[];
  readonly 'x-permission'?: Permission;
  readonly parameters?: readonly (Parameter | Reference)[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

/** The merged API document, as far as the tests need it. */
export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly parameters?: Readonly<Record<string, Parameter>>;
  };
}

/** One operation of the API. */
export interface Operation {
  /** `post /v1/exhibition/booths` */
  readonly name: string;
  readonly method: string;
  readonly template: string;
  readonly isPublic: boolean;
  /** The required permission; undefined for public operations and for any valid token. */
  readonly permission: Permission | undefined;
  readonly pathParameters: readonly Parameter[];
  readonly queryParameters: readonly Parameter[];
  readonly needsKey: boolean;
  readonly takesKey: boolean;
  readonly needsVersion: boolean;
  readonly takesVersion: boolean;
  /** The schema of its JSON body. */
  readonly body: Schema | undefined;
  /** The media types of its upload. */
  readonly uploads: readonly string[];
}

/** Every operation below `/v1`. */
export function operationsOf({ paths, components }: ApiDocument): Operation[] {
  const resolved = (parameter: Parameter | Reference): Parameter => {
    if (!('$ref' in parameter)) return parameter;
    const found = components.parameters?.[parameter.$ref.replace('#/components/parameters/', '')];
    if (!found) throw new Error(`the document has no ${parameter.$ref}`);
    return found;
  };
  return Object.entries(paths)
    .filter(([template]) => template.startsWith('/v1/'))
    .flatMap(([template, item]) =>
      Object.entries(item).map(([method, operation]) => {
        const parameters = (operation.parameters ?? []).map(resolved);
        const header = (name: string) => parameters.find(parameter => parameter.in === 'header' && parameter.name === name);
        const content = operation.requestBody?.content ?? {};
        const body = content['application/json']?.schema;
        return {
          name: `${method} ${template}`,
          method: method.toUpperCase(),
          template,
          isPublic: operation.security?.length === 0,
          permission: operation['x-permission'],
          pathParameters: parameters.filter(parameter => parameter.in === 'path'),
          queryParameters: parameters.filter(parameter => parameter.in === 'query'),
          needsKey: header('Idempotency-Key')?.required === true,
          takesKey: header('Idempotency-Key') !== undefined,
          needsVersion: header('If-Match')?.required === true,
          takesVersion: header('If-Match') !== undefined,
          body,
          uploads: body ? [] : Object.keys(content),
        };
      }),
    );
}

/** The URL of an operation, with values for its path parameters; random ids by default. */
export const addressOf = ({ template, pathParameters }: Operation, value?: (parameter: Parameter) => string): string =>
  pathParameters.reduce((path, parameter) => path.replace(`{${parameter.name}}`, value?.(parameter) ?? valueOf(parameter)), template);

/** Values for path parameters that are not UUIDs; ids of dead letters start with their direction. */
const words: Readonly<Record<string, string>> = { regionCode: '210000', edition: 'no-such-edition' };
const valueOf = ({ name, schema }: Parameter): string => words[name] ?? (schema?.pattern === undefined ? randomUUID() : 'in-999999999');

/** Whether a parameter is an id. */
export const isId = ({ schema }: Parameter): boolean => schema?.format === 'uuid';
