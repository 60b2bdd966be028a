import { Validator } from '@seriousme/openapi-schema-validator';
import type { OpenApi } from './documents.js';

/** What makes a document hard to use: it is no OpenAPI 3.1, names an operation twice, or leaves something unexplained. */
export async function documentFaults(document: OpenApi): Promise<string[]> {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(structuredClone(document) as unknown as Record<string, unknown>);
  if (!valid) return [`is no OpenAPI document: ${typeof errors === 'string' ? errors : JSON.stringify(errors?.[0])}`];
  return [
    ...(validator.version === '3.1' ? [] : [`is OpenAPI ${validator.version}, not 3.1`]),
    ...operationFaults(document),
    ...fieldFaults(document),
  ];
}

function operationFaults({ paths }: OpenApi): string[] {
  const seen = new Set<string | undefined>();
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, { operationId, summary, description, parameters = [] }]) => {
      const isTwice = seen.has(operationId);
      seen.add(operationId);
      const operation = `${method.toUpperCase()} ${path}`;
      return [
        ...(operationId === undefined ? [`${operation} has no operationId`] : []),
        ...(operationId !== undefined && isTwice ? [`${operation} has the operationId ${operationId} of another one`] : []),
        ...(summary ? [] : [`${operation} has no summary: add @ApiOperation({ summary })`]),
        ...(description ? [] : [`${operation} has no description`]),
        ...parameters
          .filter(parameter => !parameter.description)
          .map(({ name }) => `${operation}: the parameter ${name} has no description`),
      ];
    }),
  );
}

function fieldFaults({ components }: OpenApi): string[] {
  return Object.entries(components.schemas).flatMap(([schema, { properties = {} }]) =>
    Object.entries(properties)
      .filter(([, { description }]) => !description)
      .map(([field]) => `the field ${schema}.${field} has no description`),
  );
}
