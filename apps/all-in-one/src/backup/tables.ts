import pg from 'pg';

/** Which migrations have run; every other table is data. */
export const migrationsTable = 'migrations';

/** A table as a backup knows it. */
export interface Table {
  readonly name: string;
  /** Without those that PostgreSQL computes. */
  readonly columns: readonly string[];
}

/** The tables that hold data, such that a table comes behind those its rows refer to. */
export async function tablesOf(client: pg.ClientBase): Promise<Table[]> {
  const { rows } = await client.query<Table>(
    `SELECT t.table_name AS name, array_agg(c.column_name::text ORDER BY c.ordinal_position) AS columns
       FROM information_schema.tables t
       JOIN information_schema.columns c ON (c.table_schema, c.table_name) = (t.table_schema, t.table_name) AND c.is_generated = 'NEVER'
      WHERE t.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND t.table_name <> $1
      GROUP BY t.table_name ORDER BY t.table_name`,
    [migrationsTable],
  );
  // Deferred references are checked at the end, so they may be circular.
  const { rows: references } = await client.query<{ from: string; to: string }>(
    `SELECT conrelid::regclass::text AS "from", confrelid::regclass::text AS "to" FROM pg_constraint
      WHERE contype = 'f' AND NOT condeferrable AND conrelid <> confrelid`,
  );
  const ordered: Table[] = [];
  const waiting = new Map(rows.map(table => [table.name, table]));
  while (waiting.size > 0) {
    const free = [...waiting.values()].filter(({ name }) => !references.some(({ from, to }) => from === name && waiting.has(to)));
    if (free.length === 0) throw new Error(`these tables have circular references: ${[...waiting.keys()].join(', ')}`);
    for (const table of free) {
      ordered.push(table);
      waiting.delete(table.name);
    }
  }
  return ordered;
}

/** The migrations that have run, oldest first. */
export async function migrationsOf(client: pg.ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(`SELECT name FROM ${migrationsTable} ORDER BY id`);
  return rows.map(({ name }) => name);
}

/** `"name" ("column", …)`, for COPY. */
export const copyList = ({ name, columns }: Table): string =>
  `${pg.escapeIdentifier(name)} (${columns.map(column => pg.escapeIdentifier(column)).join(', ')})`;
