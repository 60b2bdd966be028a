import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
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
  isURL,
} from 'class-validator';

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

// Tab and line breaks are text; other control characters, NUL above all, and half surrogates are not: PostgreSQL would refuse some of them.
const unprintable = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]/;
const isStorable = (value: unknown): boolean => typeof value === 'string' && value.isWellFormed() && !unprintable.test(value);
// What begins a new line somewhere: in a mail's subject, in a spreadsheet, on the fascia of a booth.
const lineBreak = /[\n\r\u0085\u2028\u2029]/;
const isOneLine = (value: unknown): boolean => typeof value === 'string' && !lineBreak.test(value);
const hasLength = (min: number) => (value: unknown) => typeof value === 'string' && value.trim().length >= min;

/** How long a text may be, and whether it may have several lines; without `lines` it is one. */
export interface TextOptions extends FieldOptions {
  readonly max: number;
  readonly lines?: boolean;
}

/** Text of `min` (1) to `max` characters, not blank, without control characters; of one line unless `lines` says otherwise. */
export const Text = (options: TextOptions & { min?: number; pattern?: RegExp }): PropertyDecorator => {
  const { max, min = 1, pattern, lines = false } = options;
  const checks = [
    IsString(),
    MaxLength(max),
    own('minLength', hasLength(min)),
    own('isStorable', isStorable),
    ...(lines ? [] : [own('isOneLine', isOneLine)]),
    ...(pattern ? [Matches(pattern)] : []),
  ];
  return field(options, { type: String, minLength: min, maxLength: max, ...(pattern && { pattern: pattern.source }) }, checks);
};

/** An id: UUID. */
export const Uuid = (options: FieldOptions = {}): PropertyDecorator => field(options, { type: String, format: 'uuid' }, [IsUUID()]);

/** A whole number from `min` to `max`. */
export const Int = (options: FieldOptions & { min?: number; max?: number }): PropertyDecorator => {
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = options;
  return field(options, { type: 'integer', minimum: min, maximum: max }, [IsInt(), Min(min), Max(max)]);
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

const instantPattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;
const isCalendarDate = (value: unknown): boolean =>
  typeof value === 'string' &&
  /^\d{4}-\d{2}-\d{2}$/.test(value) &&
  !Number.isNaN(Date.parse(value)) &&
  new Date(value).toISOString().startsWith(value);
const isInstant = (value: unknown): boolean =>
  value instanceof Date ||
  (typeof value === 'string' && instantPattern.test(value) && !Number.isNaN(Date.parse(value)) && isCalendarDate(value.slice(0, 10)));

/** An instant with a time zone, RFC 3339. */
export const Instant = (options: FieldOptions = {}): PropertyDecorator =>
  field(options, { type: String, format: 'date-time' }, [own('isInstant', isInstant)]);

/** A calendar date, `YYYY-MM-DD`, meant in China. */
export const CalendarDate = (options: FieldOptions = {}): PropertyDecorator =>
  field(options, { type: String, format: 'date' }, [own('isCalendarDate', isCalendarDate)]);

/** One of a list of words. */
export const OneOf = (values: readonly string[], options: FieldOptions = {}): PropertyDecorator =>
  field(options, { type: String, enum: [...values] }, [IsIn([...values])]);

/** Some of a list of words, each once. */
export const OneOfList = (values: readonly string[], options: FieldOptions & { min?: number } = {}): PropertyDecorator =>
  field(options, { type: String, isArray: true, enum: [...values], minItems: options.min ?? 0 }, [
    IsArray(),
    ArrayMaxSize(values.length),
    ArrayMinSize(options.min ?? 0),
    ArrayUnique(),
    IsIn([...values], { each: true }),
  ]);

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

const webAddress = { protocols: ['http', 'https'], require_protocol: true, require_tld: false, allow_underscores: false };

/** A web address with http or https. */
export const Url = (options: FieldOptions = {}): PropertyDecorator =>
  field(options, { type: String, format: 'uri', maxLength: 2_000 }, [
    own('isUrl', value => isStorable(value) && isURL(value as string, webAddress)),
    MaxLength(2_000),
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
  field(options, { type: String, isArray: true, maxItems: options.max, minItems: options.min ?? 0 }, [
    IsArray(),
    ArrayMaxSize(options.max),
    ArrayMinSize(options.min ?? 0),
    IsString({ each: true }),
    MaxLength(options.maxLength, { each: true }),
    own('minLength', hasLength(1), true),
    own('isStorable', isStorable, true),
    own('isOneLine', isOneLine, true),
  ]);

/** A list of ids, each once. */
export const UuidList = (options: FieldOptions & { max: number; min?: number }): PropertyDecorator =>
  field(options, { type: String, format: 'uuid', isArray: true, maxItems: options.max, minItems: options.min ?? 0 }, [
    IsArray(),
    ArrayMaxSize(options.max),
    ArrayMinSize(options.min ?? 0),
    ArrayUnique(),
    IsUUID(undefined, { each: true }),
  ]);

/** Any JSON object: for answers whose shape is somebody else's (the data of a fact). */
export const Json = (options: FieldOptions = {}): PropertyDecorator =>
  field(options, { type: 'object', additionalProperties: true }, [IsObject()]);

/** Text in both languages, `{ "zh": "…", "en": "…" }`, each of 1 to `max` characters and of one line unless `lines` says otherwise. */
export const Localized = ({ lines = false, max, ...options }: TextOptions): PropertyDecorator => {
  const both = (fits: (text: string) => boolean) => (value: unknown) =>
    typeof value === 'object' && value !== null && Object.values(value).every(text => typeof text !== 'string' || fits(text));
  return applyDecorators(
    field(options, { type: () => LocalizedTextDto }, [
      IsObject(),
      own(
        'maxLength',
        both(text => text.length <= max),
      ),
      ...(lines ? [] : [own('isOneLine', both(isOneLine))]),
      ValidateNested(),
    ]),
    Type(() => LocalizedTextDto),
  );
};

/** An amount of money in minor units with its currency. */
export const MoneyField = (options: FieldOptions = {}): PropertyDecorator => Nested(() => MoneyDto, options);

export class LocalizedTextDto {
  @Text({ max: 4_000, lines: true, description: 'in Chinese' })
  zh!: string;

  @Text({ max: 4_000, lines: true, description: 'in English' })
  en!: string;
}

export class MoneyDto {
  @Int({ min: Number.MIN_SAFE_INTEGER, description: 'in minor units (fen)' })
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

/** Query parameter: one or more of a list of words, separated by commas (any of them fits). */
export const QueryOneOf = (values: readonly string[], options: FieldOptions = {}): PropertyDecorator =>
  applyDecorators(Transform(commaSeparated), OneOfList(values, { optional: true, ...options }));

/** Query parameter: one or more ids, separated by commas (any of them fits). */
export const QueryUuids = (options: FieldOptions = {}): PropertyDecorator =>
  applyDecorators(Transform(commaSeparated), UuidList({ max: 50, optional: true, ...options }));

/** Query parameter: one or more short words, separated by commas (any of them fits). */
export const QueryTexts = (options: FieldOptions & { maxLength: number }): PropertyDecorator =>
  applyDecorators(Transform(commaSeparated), TextList({ max: 50, optional: true, ...options }));
