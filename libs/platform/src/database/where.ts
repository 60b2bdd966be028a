import { normalWords } from '@ciep/kernel';

/** In the same letters whatever the locale of the database is. */
const inSmallLetters = (text: string): string => `lower(${text} COLLATE "pg_c_utf8")`;
/** `Default_Ignorable_Code_Point` of Unicode, which PostgreSQL has no name for. */
const invisible =
  '[\\u00AD\\u034F\\u061C\\u115F\\u1160\\u17B4\\u17B5\\u180B-\\u180F\\u200B-\\u200F\\u202A-\\u202E\\u2060-\\u206F\\u3164\\uFE00-\\uFE0F\\uFEFF\\uFFA0\\uFFF0-\\uFFF8\\U0001BCA0-\\U0001BCA3\\U0001D173-\\U0001D17A\\U000E0000-\\U000E0FFF]';
/** A column as {@link Where.search} compares it; an index for searches has the same expression. */
export const searchable = (column: string): string => inSmallLetters(`normalize(regexp_replace(${column}, '${invisible}', '', 'g'), NFKC)`);

/**
 * Conditions of a list, joined by AND. Conditions with an `undefined` value are left out, so that optional filters need no `if`.
 * Values are always parameters.
 *
 * ```ts
 * where().equal('a.status', query.status).any('a.board_id', query.boardIds).add('a.created_at >= ?', query.from)
 * ```
 */
export class Where {
  private constructor(
    private readonly conditions: string[],
    readonly values: unknown[],
  ) {}

  static empty(): Where {
    return new Where([], []);
  }

  /** An independent copy. */
  copy(): Where {
    return new Where([...this.conditions], [...this.values]);
  }

  /** Adds a condition with a `?` for each value; left out if a value is undefined. */
  add(sql: string, ...values: unknown[]): this {
    if (values.some(value => value === undefined)) return this;
    let index = this.values.length;
    this.conditions.push(sql.replaceAll('?', () => `$${++index}`));
    this.values.push(...values);
    return this;
  }

  /** One condition or the other. */
  choose(which: boolean | undefined, conditions: { readonly true: string; readonly false: string }): this {
    return which === undefined ? this : this.add(which ? conditions.true : conditions.false);
  }

  /** `column = value`. */
  equal(column: string, value: unknown): this {
    return this.add(`${column} = ?`, value);
  }

  /** `column` is one of the values. */
  any(column: string, values: readonly unknown[] | undefined): this {
    // For an equality, PostgreSQL can use an index on column and sort order without sorting; for a set it cannot.
    return values?.length === 1 ? this.equal(column, values[0]) : this.add(`${column} = ANY(?)`, values);
  }

  /** One of the columns contains the words, in whatever normal form they were typed (docs/rules.md#normal-forms). */
  search(columns: readonly string[], words: string | undefined): this {
    if (words === undefined) return this;
    const pattern = `%${normalWords(words).replaceAll(/[\\%_]/g, '\\$&')}%`;
    const finds = columns.map(column => `${searchable(column)} LIKE ${inSmallLetters('?')}`);
    return this.add(`(${finds.join(' OR ')})`, ...columns.map(() => pattern));
  }

  /** `WHERE …`, or nothing. */
  sql(): string {
    return this.conditions.length > 0 ? `WHERE ${this.text()}` : '';
  }

  /** The conditions without the word WHERE. */
  text(): string {
    return this.conditions.length > 0 ? this.conditions.join(' AND ') : 'true';
  }
}

/** No conditions yet. */
export const where = (): Where => Where.empty();
