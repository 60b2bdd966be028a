import { Validator } from '@seriousme/openapi-schema-validator';
import type { OpenApi } from './documents.js';

/** Faults of a document: not OpenAPI 3.1, a duplicate operation id, or missing explanations. */
export async function documentFaults(document: OpenApi): Promise<string[]> {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(structuredClone(document) as unknown as Record<string, unknown>);
  if (!valid) return [`is no OpenAPI document: ${typeof errors === 'string' ? errors : JSON.stringify(errors?.[0])}`];
  return [
    ...(validator.version === '3.1' ? [] : [`is OpenAPI ${validator.version}, not 3.1`]),
    ...operationFaults(document),
    ...fieldFaults(document),
    ...componentFaults(document),
  ];
}

/** `listBooths`: the name of a method in generated clients. */
const verbAndThing = /^[a-z]+(?:[A-Z][a-z]+)+$/;

function operationFaults({ paths, components }: OpenApi): string[] {
  const seen = new Set<string | undefined>();
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, { operationId, summary, description, parameters = [] }]) => {
      const isTwice = seen.has(operationId);
      seen.add(operationId);
      const operation = `${method.toUpperCase()} ${path}`;
      return [
        ...(operationId === undefined ? [`${operation} has no operationId`] : []),
        ...(operationId !== undefined && isTwice ? [`${operation} has the operationId ${operationId} of another one`] : []),
        ...(operationId === undefined || verbAndThing.test(operationId)
          ? []
          : [`${operation} has the operationId ${operationId}: add @ApiOperation({ operationId }) with a verb and a thing, listBooths`]),
        ...(summary ? [] : [`${operation} has no summary: add @ApiOperation({ summary })`]),
        ...(description ? [] : [`${operation} has no description`]),
        ...parameters
          .map(parameter => ('$ref' in parameter ? components.parameters?.[nameIn(parameter.$ref)] : parameter))
          .filter(parameter => parameter !== undefined)
          .filter(parameter => !parameter.description)
          .map(({ name }) => `${operation}: the parameter ${name} has no description`),
      ];
    }),
  );
}

function fieldFaults({ components }: OpenApi): string[] {
  return Object.entries(components.schemas).flatMap(([schema, { properties = {} }]) =>
    Object.entries(properties)
      .filter(([, { description, $ref }]) => !(description ?? ($ref && components.schemas[nameIn($ref)]?.description)))
      .map(([field]) => `the field ${schema}.${field} has no description`),
  );
}

const nameIn = (reference: string): string => reference.split('/').at(-1) ?? '';

/** Unreferenced components. */
function componentFaults(document: OpenApi): string[] {
  const text = JSON.stringify(document);
  return Object.entries(document.components)
    .filter(([section]) => section !== 'securitySchemes')
    .flatMap(([section, entries]) => Object.keys(entries as object).map(name => `#/components/${section}/${name}`))
    .filter(reference => !text.includes(`"${reference}"`))
    .map(reference => `nothing refers to ${reference}`);
}
