import { isCalendarDate, isInstant } from '@ciep/kernel';
import { applyDecorators } from '@nestjs/common';
import { referenceTo, textExtension } from '../openapi/shared-components.js';
import { ApiExtraModels, ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateBy,
  ValidateIf,
  ValidateNested,
  isEmail,
} from 'class-validator';
import { notPrintable } from '../pdf/glyphs.js';

/** What every field says about itself. */
export interface FieldOptions {
  /** What it is, its shape and unit; goes into the API reference. */
  readonly description?: string;
  /** May be absent. */
  readonly optional?: boolean;
  /** May be `null`. */
  readonly nullable?: boolean;
  readonly example?: unknown;
}

type Checks = readonly PropertyDecorator[];
type Class = new (...values: never[]) => object;

/** The names of a DTO's fields, inherited ones first: those that the API reference shows. */
export const fieldsOf = (dto: Class): readonly string[] =>
  ((Reflect.getMetadata('swagger/apiModelPropertiesArray', dto.prototype as object) ?? []) as readonly string[]).map(name => name.slice(1));

function field(options: FieldOptions, api: ApiPropertyOptions, checks: Checks): PropertyDecorator {
  const { optional = false, nullable = false, description, example } = options;
  const documented = {
    ...api,
    required: !optional,
    ...(nullable && { nullable }),
    ...(description !== undefined && { description }),
    ...(example !== undefined && { example }),
  };
  const absence = [
    ...(optional && nullable ? [IsOptional()] : []),
    ...(optional && !nullable ? [ValidateIf((_dto, value) => value !== undefined)] : []),
    ...(nullable && !optional ? [ValidateIf((_dto, value) => value !== null)] : []),
  ];
  return applyDecorators(ApiProperty(documented as ApiPropertyOptions), ...absence, ...checks);
}

const own = (name: string, validate: (value: unknown) => boolean, each = false): PropertyDecorator =>
  ValidateBy({ name, validator: { validate: value => validate(value) } }, each ? { each } : {});

// Tab and line breaks are text; other control characters and lone surrogates are not, and PostgreSQL refuses some of them.
const unprintable = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]/;
const isStorable = (value: unknown): boolean => typeof value === 'string' && value.isWellFormed() && !unprintable.test(value);
// Characters that begin a new line in a mail's subject, in a spreadsheet or on the fascia of a booth.
const lineBreak = /[\n\r\u0085\u2028\u2029]/;
const isOneLine = (value: unknown): boolean => typeof value === 'string' && !lineBreak.test(value);
// `isStorable` reports what cannot be stored.
const isPrintable = (value: unknown): boolean => typeof value === 'string' && (!isStorable(value) || notPrintable(value) === undefined);
const hasLength = (min: number) => (value: unknown) => typeof value === 'string' && value.trim().length >= min;

/** How long a text may be, and whether it may have several lines; without `lines` it is one. */
export interface TextOptions extends FieldOptions {
  readonly max: number;
  readonly lines?: boolean;
  /** The text is printed: a character outside the fonts is refused by name (docs/rules.md#printable-names). */
  readonly printed?: boolean;
}

/** Text of `min` (1) to `max` characters, not blank, without control characters; of one line unless `lines` says otherwise. */
export const Text = (options: TextOptions & { min?: number; pattern?: RegExp }): PropertyDecorator => {
  const { max, min = 1, pattern, lines = false, printed = false } = options;
  const checks = [
    IsString(),
    MaxLength(max),
    own('minLength', hasLength(min)),
    own('isStorable', isStorable),
    ...(lines ? [] : [own('isOneLine', isOneLine)]),
    ...(printed ? [own('isPrintable', isPrintable)] : []),
    ...(pattern ? [Matches(pattern)] : []),
  ];
  return field(
    options,
    { type: String, minLength: min, maxLength: max, ...(pattern ? { pattern: pattern.source } : min > 0 && textOf(lines)) },
    checks,
  );
};

/** Marks a text without a pattern of its own; the API document gives it the shared pattern in request bodies. */
const textOf = (lines: boolean) => ({ [textExtension]: lines ? 'Lines' : 'Line' });

/** An id: UUID. */
export const Uuid = (options: FieldOptions = {}): PropertyDecorator => field(options, { type: String, format: 'uuid' }, [IsUUID()]);

/** The largest number of an `int` column. */
const largestInt = 2_147_483_647;

/** A whole number from `min` (0) to `max` (what an `int` column holds). */
export const Int = (options: FieldOptions & { min?: number; max?: number }): PropertyDecorator => {
  const { min = 0, max = largestInt } = options;
  const format = max > largestInt || min < -largestInt ? 'int64' : 'int32';
  return field(options, { type: 'integer', format, minimum: min, maximum: max }, [IsInt(), Min(min), Max(max)]);
};

/** A number with a fraction, for measures; never for money. */
export const Decimal = (options: FieldOptions & { min?: number; max?: number }): PropertyDecorator => {
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = options;
  return field(options, { type: 'number', minimum: min, maximum: max }, [
    own('isNumber', value => typeof value === 'number' && Number.isFinite(value)),
    Min(min),
    Max(max),
  ]);
};

/** `true` or `false`. */
export const Flag = (options: FieldOptions = {}): PropertyDecorator => field(options, { type: Boolean }, [IsBoolean()]);

/** An instant before JSON writes it: a row gives a Date, a request and jsonb give text. */
export type Instant = Date | string;

/** An instant with a time zone, RFC 3339, in the years 1 to 9999. */
export const Instant = (options: FieldOptions = {}): PropertyDecorator =>
  field(options, { type: String, format: 'date-time', [textExtension]: 'Instant' } as object, [own('isInstant', isInstant)]);

/** A calendar date, `YYYY-MM-DD`, in the years 1 to 9999, meant in China. */
export const CalendarDate = (options: FieldOptions = {}): PropertyDecorator =>
  field(options, { type: String, format: 'date' }, [own('isCalendarDate', isCalendarDate)]);

/** One of a list of words. */
export const OneOf = (values: readonly string[], options: FieldOptions = {}): PropertyDecorator =>
  field(options, { type: String, enum: [...values] }, [IsIn([...values])]);

/** Some of a list of words, each once. */
export const OneOfList = (values: readonly string[], options: FieldOptions & { min?: number } = {}): PropertyDecorator =>
  field(
    options,
    { type: String, isArray: true, enum: [...values], minItems: options.min ?? 0, maxItems: values.length, uniqueItems: true },
    [IsArray(), ArrayMaxSize(values.length), ArrayMinSize(options.min ?? 0), ArrayUnique(), IsIn([...values], { each: true })],
  );

/** A mail address. */
export const Mail = (options: FieldOptions = {}): PropertyDecorator =>
  field(options, { type: String, format: 'email', maxLength: 254 }, [
    own('isEmail', value => isStorable(value) && isEmail(value)),
    MaxLength(254),
  ]);

/** A telephone number in international form, `+86 755 12345678`: digits, blanks and hyphens after the plus. */
export const Phone = (options: FieldOptions = {}): PropertyDecorator =>
  field(options, { type: String, minLength: 6, maxLength: 30, pattern: '^\\+[0-9][0-9 -]{4,28}$' }, [
    own('isPhone', value => typeof value === 'string' && /^\+[0-9][0-9 -]{4,28}$/.test(value)),
  ]);

/** Another DTO. */
export const Nested = (cls: () => Class, options: FieldOptions = {}): PropertyDecorator =>
  applyDecorators(
    field(options, { type: () => cls() }, [IsObject(), ValidateNested()]),
    Type(() => cls()),
  );

/** A list of DTOs. */
export const ListOf = (cls: () => Class, options: FieldOptions & { max: number; min?: number }): PropertyDecorator =>
  applyDecorators(
    field(options, { type: () => cls(), isArray: true, maxItems: options.max, minItems: options.min ?? 0 }, [
      IsArray(),
      ArrayMaxSize(options.max),
      ArrayMinSize(options.min ?? 0),
      IsObject({ each: true }),
      ValidateNested({ each: true }),
    ]),
    Type(() => cls()),
  );

/** A list of texts of one line. */
export const TextList = (options: FieldOptions & { max: number; maxLength: number; min?: number }): PropertyDecorator =>
  field(
    options,
    {
      type: 'array',
      items: { type: 'string', minLength: 1, maxLength: options.maxLength, ...textOf(false) },
      maxItems: options.max,
      minItems: options.min ?? 0,
    },
    [
      IsArray(),
      ArrayMaxSize(options.max),
      ArrayMinSize(options.min ?? 0),
      IsString({ each: true }),
      MaxLength(options.maxLength, { each: true }),
      own('minLength', hasLength(1), true),
      own('isStorable', isStorable, true),
      own('isOneLine', isOneLine, true),
    ],
  );

/** Any JSON object: for answers whose shape is somebody else's (the data of an event). */
export const Json = (options: FieldOptions = {}): PropertyDecorator =>
  field(options, { type: 'object', additionalProperties: true }, [IsObject()]);

/** Text in both languages, `{ "zh": "…", "en": "…" }`, each of 1 to `max` characters and of one line unless `lines` says otherwise. */
export const Localized = ({ lines = false, max, printed = false, ...options }: TextOptions): PropertyDecorator => {
  const both = (fits: (text: string) => boolean) => (value: unknown) =>
    typeof value === 'object' && value !== null && Object.values(value).every(text => typeof text !== 'string' || fits(text));
  return applyDecorators(
    field(options, { allOf: [referenceTo('schemas', 'LocalizedTextDto')], properties: bothOf(max, lines) }, [
      IsObject(),
      own(
        'maxLength',
        both(text => text.length <= max),
      ),
      ...(lines ? [] : [own('isOneLine', both(isOneLine))]),
      ...(printed ? [own('isPrintable', both(isPrintable))] : []),
      ValidateNested(),
    ]),
    Type(() => LocalizedTextDto),
    // The document refers to the class by name, so it has to be registered.
    (dto: object) => {
      ApiExtraModels(LocalizedTextDto)(dto.constructor);
    },
  );
};

/** An amount of money in minor units with its currency. */
export const MoneyField = (options: FieldOptions = {}): PropertyDecorator => Nested(() => MoneyDto, options);

const bothOf = (max: number, lines: boolean) => {
  const one = { type: 'string' as const, maxLength: max, ...(lines ? {} : textOf(false)) };
  return { zh: one, en: one };
};

export class LocalizedTextDto {
  @Text({ max: 4_000, lines: true, description: 'in Chinese' })
  zh!: string;

  @Text({ max: 4_000, lines: true, description: 'in English' })
  en!: string;
}

export class MoneyDto {
  @Int({ min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER, description: 'in minor units (fen)' })
  amount!: number;

  @OneOf(['CNY'], { description: 'ISO 4217' })
  currency!: 'CNY';
}

const commaSeparated = ({ value }: { value: unknown }): unknown => (typeof value === 'string' ? value.split(',') : value);

/** Query parameter: a whole number. */
export const QueryInt = (options: FieldOptions & { min?: number; max?: number }): PropertyDecorator =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value)),
    Int({ optional: true, ...options }),
  );

/** Query parameter: `true` or `false`. */
export const QueryFlag = (options: FieldOptions = {}): PropertyDecorator =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value)),
    Flag({ optional: true, ...options }),
  );

/** Query parameter: the field to sort by. `listQuery` refuses others, and says which there are. */
export const SortBy = (sorts: readonly string[]): PropertyDecorator =>
  field(
    { optional: true, description: 'field to sort by, `-` before it for descending' },
    { type: String, enum: sorts.flatMap(sort => [sort, `-${sort}`]) },
    [IsString(), MaxLength(100)],
  );

/** Query parameter: one or more of a list of words, separated by commas (any of them fits). */
export const QueryOneOf = (values: readonly string[], options: FieldOptions = {}): PropertyDecorator =>
  applyDecorators(Transform(commaSeparated), OneOfList(values, { optional: true, ...options }));

/** Query parameter: one or more ids, separated by commas (any of them fits). */
export const QueryUuids = (options: FieldOptions = {}): PropertyDecorator => {
  const ids = { type: String, format: 'uuid', isArray: true, maxItems: 50, minItems: 0, uniqueItems: true } as const;
  const checks = [IsArray(), ArrayMaxSize(50), ArrayUnique(), IsUUID(undefined, { each: true })];
  return applyDecorators(Transform(commaSeparated), field({ optional: true, ...options }, ids, checks));
};

/** Query parameter: one or more short words, separated by commas (any of them fits). */
export const QueryTexts = (options: FieldOptions & { maxLength: number }): PropertyDecorator =>
  applyDecorators(Transform(commaSeparated), TextList({ max: 50, optional: true, ...options }));
