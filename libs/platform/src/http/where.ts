/**
 * Conditions of a list, joined by AND. A condition whose value is `undefined` is left out, so that optional filters need no
 * `if`. Values are always parameters.
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

  /** A copy that can be added to without changing this one. */
  copy(): Where {
    return new Where([...this.conditions], [...this.values]);
  }

  /** Adds a condition with `?` for each value; left out when a value is undefined. */
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
    // Of an equality PostgreSQL knows that an index on the column and the order of the list is in that order; of a set it does not.
    return values?.length === 1 ? this.equal(column, values[0]) : this.add(`${column} = ANY(?)`, values);
  }

  /** One of the columns contains the text, whatever its case. */
  search(columns: readonly string[], text: string | undefined): this {
    if (text === undefined) return this;
    const pattern = `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;
    return this.add(`(${columns.map(column => `${column} ILIKE ?`).join(' OR ')})`, ...columns.map(() => pattern));
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
