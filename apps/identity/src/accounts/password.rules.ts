/** How long a password may be, in characters. */
export const passwordLength = { min: 10, max: 128 } as const;

/** Whether a password has an acceptable length. */
export const isPassword = (text: string): boolean => text.trim().length >= passwordLength.min && text.length <= passwordLength.max;

/** What everybody knows about the person who chooses a password. */
export interface PersonalWords {
  readonly mail: string;
  /** Of the person, and of the organisation in both languages; may be blank. */
  readonly names: readonly string[];
}

/** So many characters besides a known word make a password of their own. */
const ownCharacters = 8;
/** A longer text that is repeated must be a common one. */
const longestUnit = 4;
/** Shorter names are part of too many words. */
const shortestWord = 3;

const folded = (text: string): string => text.normalize('NFKC').toLowerCase();
const lettersAndDigits = (text: string): string => folded(text).replaceAll(/[^\p{L}\p{N}]/gu, '');

const lookAlikes: Readonly<Record<string, string>> = {
  '@': 'a',
  '4': 'a',
  '3': 'e',
  '1': 'i',
  '!': 'i',
  '0': 'o',
  $: 's',
  '5': 's',
  '7': 't',
};
const withoutLookAlikes = (text: string): string => text.replaceAll(/[@431!0$57]/g, sign => lookAlikes[sign] ?? sign);

/**
 * Whether attackers would soon find a password: a common one, also with digits and signs around it, with look-alikes (`p@ssw0rd`) or
 * repeated; a few characters over and over or in a row; or the mail address or a name with little else (docs/rules.md#password-choice).
 */
export function isGuessable(password: string, { mail, names }: PersonalWords, common: ReadonlySet<string>): boolean {
  const text = folded(password).trim();
  const isCommon = (word: string): boolean => common.has(word) || common.has(withoutLookAlikes(word));
  const word = text.replace(/^[^\p{L}]+/u, '').replace(/[^\p{L}]+$/u, '');
  if (isCommon(text) || isCommon(unitOf(text)) || unitOf(text).length <= longestUnit || isRow(text)) return true;
  if (word.length >= shortestWord && text.length - word.length < ownCharacters && isCommon(word)) return true;
  const known = [mail, mail.split('@')[0] ?? '', ...names].map(lettersAndDigits).filter(({ length }) => length >= shortestWord);
  const plain = lettersAndDigits(password);
  return known.some(name => plain.includes(name) && plain.length - name.length < ownCharacters);
}

/** The shortest text whose repetition is the whole text: `abc` of `abcabcabc`. */
const unitOf = (text: string): string => text.slice(0, `${text}${text}`.indexOf(text, 1));

/** Whether each character follows the one before, upwards or downwards: `abcdefghij`, `9876543210`. */
function isRow(text: string): boolean {
  const points = [...text].map(character => character.codePointAt(0) ?? 0);
  const steps = points.slice(1).map((point, at) => point - (points[at] ?? 0));
  return [1, -1].some(step => steps.every(each => each === step));
}
