import type { OpenAPIObject } from '@nestjs/swagger';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormatsModule from 'ajv-formats';

type Schema = Record<string, unknown>;
interface Media {
  readonly schema?: Schema;
}
interface OpenResponse {
  readonly $ref?: string;
  readonly content?: Readonly<Record<string, Media>>;
}
interface OpenOperation {
  readonly responses?: Readonly<Record<string, OpenResponse>>;
}

/** An HTTP answer. */
export interface ValidatedResponse {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly contentType: string | undefined;
  readonly body: unknown;
}

// The package is CommonJS; its function is the default of its default under ES modules.
const addFormats = addFormatsModule as unknown as (ajv: Ajv2020) => void;

/** Forbids further properties on every object that lists its properties. */
function closed(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(closed);
  if (typeof node !== 'object' || node === null) return node;
  const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, closed(value)]));
  return 'properties' in copy && !('additionalProperties' in copy) && !('allOf' in copy) ? { ...copy, additionalProperties: false } : copy;
}

/** Compares answers with an OpenAPI 3.1 document: route, status, media type and every field of the body. */
export class ResponseValidator {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true });
  private readonly routes: { method: string; pattern: RegExp; template: string; operation: OpenOperation }[];
  private readonly compiled = new Map<string, ValidateFunction>();
  /** `get /v1/…` of every operation with a checked answer. */
  readonly seen = new Set<string>();
  private readonly responses: Readonly<Record<string, OpenResponse>>;

  constructor(document: OpenAPIObject) {
    addFormats(this.ajv);
    this.ajv.addFormat('binary', true);
    this.ajv.addSchema(closed(JSON.parse(JSON.stringify({ components: document.components }))) as Schema, 'document');
    this.responses = (document.components?.responses ?? {}) as Record<string, OpenResponse>;
    this.routes = Object.entries(document.paths)
      .flatMap(([template, item]) =>
        Object.entries(item as Record<string, OpenOperation>).map(([method, operation]) => ({
          method,
          template,
          operation,
          pattern: new RegExp(`^${template.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`),
        })),
      )
      .sort((a, b) => a.template.split('{').length - b.template.split('{').length);
  }

  /** Throws when the answer does not match the document. */
  validate(answer: ValidatedResponse): void {
    const path = answer.path.split('?')[0] ?? '';
    const route = this.routes.find(({ method, pattern }) => method === answer.method.toLowerCase() && pattern.test(path));
    const isProblem = answer.contentType === 'application/problem+json';
    if (!route) {
      if (isProblem) return;
      throw new Error(`${answer.method} ${path} is not in the API document`);
    }
    this.seen.add(`${route.method} ${route.template}`);
    const what = `${answer.method} ${route.template} → ${answer.status}`;
    const response = this.resolved(
      route.operation.responses?.[answer.status] ?? (isProblem ? route.operation.responses?.['default'] : undefined),
    );
    if (!response) throw new Error(`${what} is not in the API document`);
    if (response.content === undefined) {
      if (answer.contentType === undefined || answer.status === 204 || answer.status === 304) return;
      throw new Error(`${what}: the document has no body, the answer has ${answer.contentType}`);
    }
    const media = response.content[answer.contentType ?? ''];
    if (!media)
      throw new Error(
        `${what}: the document has ${Object.keys(response.content).join(', ')}, not ${answer.contentType ?? 'an empty body'}`,
      );
    if (media.schema && (answer.contentType ?? '').endsWith('json')) this.check(what, media.schema, answer.body);
  }

  private resolved(response: OpenResponse | undefined): OpenResponse | undefined {
    return response?.$ref === undefined ? response : this.responses[response.$ref.replace('#/components/responses/', '')];
  }

  private check(what: string, schema: Schema, body: unknown): void {
    const text = JSON.stringify(closed(schema)).replaceAll('"#/components/', '"document#/components/');
    let validate = this.compiled.get(text);
    if (!validate) {
      validate = this.ajv.compile(JSON.parse(text) as Schema);
      this.compiled.set(text, validate);
    }
    if (!validate(body))
      throw new Error(
        `${what} does not match the API document: ${this.ajv.errorsText(validate.errors)}\n${JSON.stringify(body).slice(0, 2_000)}`,
      );
  }
}
