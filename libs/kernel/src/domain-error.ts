import type { LocalizedText } from './localized-text.js';

/**
 * Why a request is refused; the HTTP edge turns it into a status: `invalid` 422, `conflict` 409, `forbidden` 403,
 * `not_found` 404, `gone` 410, `stale` 412, `too_many` 429, `unavailable` 503.
 */
export type RefusalKind = 'invalid' | 'conflict' | 'forbidden' | 'not_found' | 'gone' | 'stale' | 'too_many' | 'unavailable';

/** One wrong field. `pointer` is a JSON pointer into the body (`/exhibits/0/name`); `code` never changes. */
export interface FieldRefusal {
  readonly pointer: string;
  readonly code: string;
  readonly detail: LocalizedText;
}

/**
 * A refusal by a business rule. Each refusal is a subclass in an `.errors.ts` file, with a stable `noun.reason` code and a text in both
 * languages. The answer includes `details` (ids, states, limits: never personal data).
 */
export abstract class DomainError extends Error {
  constructor(
    readonly kind: RefusalKind,
    readonly code: string,
    readonly text: LocalizedText,
    readonly details: Readonly<Record<string, unknown>> = {},
    readonly fields: readonly FieldRefusal[] = [],
  ) {
    super(`${code}: ${text.en}`);
    this.name = new.target.name;
  }
}

/** The thing does not exist, or the caller may not see it; both get the same answer. */
export class NotFound extends DomainError {
  constructor(noun: string, id: string) {
    super('not_found', `${noun}.not_found`, { zh: '没有找到所请求的内容。', en: `There is no such ${noun.replaceAll('_', ' ')}.` }, { id });
  }
}
