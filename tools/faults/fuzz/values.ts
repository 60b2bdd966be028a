import fc from 'fast-check';
import type { Schema } from '../../../apps/all-in-one/test/operations.js';
import { KnownThings } from './known-things.js';

type Json = unknown;

/** Text at the borders of what text can be, all of it allowed: many bytes to a character, right to left, joined, nearly control. */
const oddText = fc.constantFrom(
  'é',
  'e\u0301',
  '漢字',
  '👩‍👩‍👧‍👦',
  '\u202Eabc',
  '\u200B',
  '\uFEFF',
  '\u{10FFFF}',
  "'; --",
  '%00',
  '\\',
  '"',
  '<b>',
  '{{x}}',
  '${x}',
  '../..',
);
/** Names that lead nowhere: nothing outside is ever called. */
const nowhere = ['https://receiver.invalid/hook', 'https://localhost/hook', 'https://127.0.0.1:9/', 'https://[::1]/'];

/** Makes values that fit a schema of the API document, with ids that exist where the platform has told of some. */
export class Values {
  constructor(
    private readonly schemas: Readonly<Record<string, Schema>>,
    private readonly known: KnownThings,
    /** A receiver of webhooks that may be called. */
    private readonly receiver: string,
  ) {}

  /** Every value that fits, by the schema alone; `name` is the field it stands in. */
  of(given: Schema, name = ''): fc.Arbitrary<Json> {
    const { schema, nullable } = this.resolved(given);
    const value = this.ofResolved(schema, name);
    return nullable ? fc.oneof({ weight: 4, arbitrary: value }, { weight: 1, arbitrary: fc.constant(null) }) : value;
  }

  private ofResolved(schema: Schema, name: string): fc.Arbitrary<Json> {
    if (schema.enum) return fc.constantFrom(...schema.enum);
    switch (typeOf(schema)) {
      case 'object': {
        const properties = schema.properties ?? {};
        const fields = Object.fromEntries(Object.entries(properties).map(([field, one]) => [field, this.of(one, field)]));
        return fc.record(fields, { requiredKeys: (schema.required ?? []).filter(field => field in properties), noNullPrototype: true });
      }
      case 'array': {
        const { minItems: minLength = 0, maxItems = 3 } = schema;
        return fc.array(this.of(schema.items ?? {}, name), { minLength, maxLength: Math.max(minLength, Math.min(maxItems, 3)) });
      }
      case 'integer': {
        const { minimum: min = -1e9, maximum: max = 1e9 } = schema;
        return fc.oneof(fc.integer({ min, max }), fc.constantFrom(min, max));
      }
      case 'number':
        return fc.double({ min: schema.minimum ?? -1e9, max: schema.maximum ?? 1e9, noNaN: true });
      case 'boolean':
        return fc.boolean();
      default:
        return this.text(schema, name);
    }
  }

  private text({ format, pattern, minLength = 0, maxLength = 200 }: Schema, name: string): fc.Arbitrary<string> {
    if (format === 'uuid') {
      const ids = this.known.forField(name);
      return fc.oneof({ weight: 5, arbitrary: fc.nat().map(pick => KnownThings.one(ids, pick)) }, { weight: 1, arbitrary: fc.uuid() });
    }
    if (format === 'uri') return fc.constantFrom(this.receiver, ...nowhere);
    if (format === 'email') return fc.stringMatching(/^[a-z]{1,20}@[a-z]{1,20}\.example$/);
    if (format === 'date')
      return fc
        .date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
        .map(at => at.toISOString().slice(0, 10));
    if (format === 'date-time')
      return fc.date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true }).map(at => at.toISOString());
    if (pattern !== undefined) {
      return fc.stringMatching(new RegExp(pattern)).filter(text => text.length >= minLength && text.length <= maxLength);
    }
    // Made to fit: what does not would be drawn again and again, where little room is between the shortest and the longest.
    const fitting = (text: string): string => beginningOf(text, maxLength).padEnd(minLength, 'x');
    const fits = (text: string): boolean => text.trim().length >= Math.max(minLength, 1);
    return fc.oneof(
      fc
        .string({ unit: 'grapheme', minLength: Math.max(minLength, 1), maxLength: Math.min(maxLength, 60) })
        .map(fitting)
        .filter(fits),
      oddText.map(fitting).filter(fits),
      fc.constant('x'.repeat(maxLength)),
    );
  }

  private resolved(given: Schema): { schema: Schema; nullable: boolean } {
    let nullable = given.anyOf?.some(({ type }) => type === 'null') ?? false;
    let schema = given;
    for (;;) {
      nullable ||= Array.isArray(schema.type) && schema.type.includes('null');
      const next = schema.allOf?.[0] ?? schema.anyOf?.find(({ type }) => type !== 'null');
      if (next) schema = next;
      else if (schema.$ref === undefined) return { schema, nullable };
      else schema = this.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {};
    }
  }
}

/** As many whole characters of a text as `longest` UTF-16 units hold. */
function beginningOf(text: string, longest: number): string {
  let beginning = '';
  for (const character of text) {
    if (beginning.length + character.length > longest) break;
    beginning += character;
  }
  return beginning;
}

function typeOf({ type, properties }: Schema): string | undefined {
  const known = typeof type === 'string' ? type : type?.find(one => one !== 'null');
  return known ?? (properties ? 'object' : undefined);
}
