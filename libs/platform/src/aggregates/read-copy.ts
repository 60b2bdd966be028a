import type { Tx } from '../database/database.js';

type Values = Readonly<Record<string, unknown>>;

const quoted = (names: readonly string[]): string[] => names.map(name => `"${name}"`);

/**
 * Stores data of another service's event in a table of this service. It inserts a row or replaces an older version, and ignores an
 * older event. `key` and `values` are columns; the table has a column `aggregate_version int`. Returns whether it wrote the row.
 */
export async function keepCopy(tx: Tx, table: string, key: Values, values: Values, aggregateVersion: number): Promise<boolean> {
  const row = { ...key, ...values, aggregate_version: aggregateVersion };
  const columns = quoted(Object.keys(row));
  const replaced = quoted([...Object.keys(values), 'aggregate_version']);
  const kept = await tx.query<unknown[]>(
    `INSERT INTO "${table}" (${columns.join(', ')}) VALUES (${columns.map((_, index) => `$${index + 1}`).join(', ')})
     ON CONFLICT (${quoted(Object.keys(key)).join(', ')}) DO UPDATE SET ${replaced.map(column => `${column} = excluded.${column}`).join(', ')}
     WHERE "${table}".aggregate_version < excluded.aggregate_version RETURNING 1`,
    Object.values(row),
  );
  return kept.length > 0;
}
