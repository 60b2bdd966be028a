/** A name in all spellings that code needs. */
export interface Spellings {
  readonly kebab: string;
  readonly camel: string;
  readonly pascal: string;
  readonly snake: string;
  /** As in a sentence. */
  readonly words: string;
}

const kebabCase = /^[a-z]+(-[a-z]+)*$/;

/** The request is not possible; the message says what would be. */
export class NotPossible extends Error {
  override readonly name = 'NotPossible';
}

/** The spellings of a kebab-case name. */
export function spellingsOf(kebab: string): Spellings {
  if (!kebabCase.test(kebab)) throw new NotPossible(`"${kebab}": names are words of lower-case letters, with hyphens between them`);
  const pascal = kebab.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return {
    kebab,
    pascal,
    camel: `${pascal.charAt(0).toLowerCase()}${pascal.slice(1)}`,
    snake: kebab.replaceAll('-', '_'),
    words: kebab.replaceAll('-', ' '),
  };
}

/** The regular plural of a noun. */
export function pluralOf(noun: string): string {
  if (/[^aeiou]y$/.test(noun)) return noun.replace(/y$/, 'ies');
  return /(s|x|z|ch|sh)$/.test(noun) ? `${noun}es` : `${noun}s`;
}

const irregular: Readonly<Record<string, string>> = {
  begin: 'begun',
  give: 'given',
  hold: 'held',
  put: 'put',
  send: 'sent',
  submit: 'submitted',
  take: 'taken',
  withdraw: 'withdrawn',
};

/** The status after a verb: `close` leads to `closed`. */
export function participleOf(verb: string): string {
  if (irregular[verb]) return irregular[verb];
  if (/[^aeiou]y$/.test(verb)) return verb.replace(/y$/, 'ied');
  if (verb.endsWith('e')) return `${verb}d`;
  return /^[^aeiou]*[aeiou][bdgmnpt]$/.test(verb) ? `${verb}${verb.at(-1)}ed` : `${verb}ed`;
}

/** The article of a noun. */
export const articleOf = (noun: string): 'a' | 'an' => (/^[aeiou]/.test(noun) ? 'an' : 'a');
