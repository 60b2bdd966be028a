import fc from 'fast-check';
import { resolved, type Schema } from '../../../apps/all-in-one/test/operations.js';
import { KnownThings } from './known-things.js';

type Json = unknown;

/** Unusual but valid text: several bytes per character, right to left, combining, almost control characters. */
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
/** Hostnames that do not resolve, so that nothing outside is ever called. */
const nowhere = ['https://receiver.invalid/hook', 'https://localhost/hook', 'https://127.0.0.1:9/', 'https://[::1]/'];

/** Makes values that fit a schema of the API document, with ids that exist if the fuzzer has seen any. */
export class Values {
  constructor(
    private readonly schemas: Readonly<Record<string, Schema>>,
    private readonly known: KnownThings,
    /** A webhook receiver that may be called. */
    private readonly receiver: string,
  ) {}

  /** Any value that fits the schema; `name` is its field. */
  of(given: Schema, name = ''): fc.Arbitrary<Json> {
    const schema = resolved(given, this.schemas);
    const nullable = (given.anyOf?.some(({ type }) => type === 'null') ?? false) || (schema.type?.includes('null') ?? false);
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
    const matching = new RegExp(pattern ?? '', 'u');
    if (!matching.test('any text 文'))
      return fc.stringMatching(matching).filter(text => text.length >= minLength && text.length <= maxLength);
    // Constructed to fit: drawing until a value fits would take too long if the shortest and longest length are close.
    const fitting = (text: string): string => beginningOf(text, maxLength).padEnd(minLength, 'x');
    const fits = (text: string): boolean => text.trim().length >= Math.max(minLength, 1) && matching.test(text);
    return fc.oneof(
      fc
        .string({ unit: 'grapheme', minLength: Math.max(minLength, 1), maxLength: Math.min(maxLength, 60) })
        .map(fitting)
        .filter(fits),
      oddText.map(fitting).filter(fits),
      fc.constant('x'.repeat(maxLength)),
    );
  }
}

/** As many whole characters of a text as fit into `longest` UTF-16 units. */
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
