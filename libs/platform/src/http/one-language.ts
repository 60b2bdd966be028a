import { languages, type Language } from '@ciep/kernel';
import { ApiProperty, getSchemaPath } from '@nestjs/swagger';
import { LocalizedTextDto, type FieldOptions } from './fields.js';

/** A field of an answer whose route takes `?lang=`: text in both languages, or in the requested one. Fill it with {@link inOneLanguage}. */
export const LocalizedAnswer = ({ optional = false, nullable = false, description }: FieldOptions = {}): PropertyDecorator =>
  ApiProperty({
    required: !optional,
    ...(description !== undefined && { description }),
    oneOf: [{ $ref: getSchemaPath(LocalizedTextDto) }, { type: 'string' }, ...(nullable ? [{ type: 'null' }] : [])],
  });

const isLocalized = (value: object): value is Record<Language, string> =>
  Object.keys(value).length === languages.length &&
  languages.every(language => typeof (value as Record<string, unknown>)[language] === 'string');

/**
 * An answer with every `{ zh, en }` in it replaced by one language; unchanged if `language` is undefined.
 *
 * ```ts
 * inOneLanguage({ name: { zh: '展位', en: 'booth' } }, 'en'); // { name: 'booth' }
 * ```
 */
export function inOneLanguage<Answer>(answer: Answer, language: Language | undefined): Answer {
  return language === undefined ? answer : (flattened(answer, language) as Answer);
}

function flattened(value: unknown, language: Language): unknown {
  if (Array.isArray(value)) return value.map(item => flattened(item, language));
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (isLocalized(value)) return value[language];
  return Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, flattened(inner, language)]));
}
