import type { LocalizedText } from './localized-text.js';

/**
 * Why a request is refused; the HTTP edge turns it into a status: `invalid` 422, `conflict` 409, `forbidden` 403,
 * `not_found` 404, `gone` 410, `stale` 412, `too_many` 429.
 */
export type RefusalKind = 'invalid' | 'conflict' | 'forbidden' | 'not_found' | 'gone' | 'stale' | 'too_many';

/** One field that is wrong. `pointer` is a JSON pointer into the body (`/exhibits/0/name`), `code` stays the same for ever. */
export interface FieldRefusal {
  readonly pointer: string;
  readonly code: string;
  readonly detail: LocalizedText;
}

/**
 * A refusal by a business rule. Every way to say no is one subclass in a `.errors.ts` file, with a stable `noun.reason` code
 * and its text in both languages; `facts` go into the answer beside the code (ids, states, limits: never personal data).
 */
export abstract class DomainError extends Error {
  constructor(
    readonly kind: RefusalKind,
    readonly code: string,
    readonly text: LocalizedText,
    readonly facts: Readonly<Record<string, unknown>> = {},
    readonly fields: readonly FieldRefusal[] = [],
  ) {
    super(`${code}: ${text.en}`);
    this.name = new.target.name;
  }
}

/** What the caller asked for does not exist, or is not for its eyes: the answer is the same. */
export class NotFound extends DomainError {
  constructor(noun: string, id: string) {
    super('not_found', `${noun}.not_found`, { zh: '没有找到所请求的内容。', en: `There is no such ${noun.replaceAll('_', ' ')}.` }, { id });
  }
}
