import { randomUUID } from 'node:crypto';
import type { Permission } from '@ciep/contracts';

/** A JSON schema as the API document has them. */
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

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema?: Schema;
}

interface DocumentedOperation {
  readonly security?: readonly object[];
  readonly 'x-permission'?: Permission;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

/** The merged API document, as far as the tests look into it. */
export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** One operation of the API. */
export interface Operation {
  /** `post /v1/exhibition/booths` */
  readonly name: string;
  readonly method: string;
  readonly template: string;
  readonly isPublic: boolean;
  /** The permission it needs; undefined when it is public or any valid token will do. */
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
export function operationsOf({ paths }: ApiDocument): Operation[] {
  return Object.entries(paths)
    .filter(([template]) => template.startsWith('/v1/'))
    .flatMap(([template, item]) =>
      Object.entries(item).map(([method, operation]) => {
        const parameters = operation.parameters ?? [];
        const header = (name: string) => parameters.find(parameter => parameter.in === 'header' && parameter.name === name);
        const content = operation.requestBody?.content ?? {};
        const body = content['application/json']?.schema;
        return {
          name: `${method} ${template}`,
          method: method.toUpperCase(),
          template,
          isPublic: operation.security === undefined,
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

/** The address of an operation, with values for the parameters in its path; random ids unless given. */
export const addressOf = ({ template, pathParameters }: Operation, value?: (parameter: Parameter) => string): string =>
  pathParameters.reduce((path, parameter) => path.replace(`{${parameter.name}}`, value?.(parameter) ?? valueOf(parameter)), template);

/** Values for parameters in a path that are no ids; rows of the inbox have numbers. */
const words: Readonly<Record<string, string>> = { regionCode: '210000', edition: 'no-such-edition' };
const valueOf = ({ name, schema }: Parameter): string => words[name] ?? (schema?.pattern === undefined ? randomUUID() : '999999999');

/** Whether a parameter is an id. */
export const isId = ({ schema }: Parameter): boolean => schema?.format === 'uuid';
