import { snakeCase } from '../database/naming.js';
import { fieldsOf } from './fields.js';

type Dto<Row extends object> = new () => Row;
type Property<Row> = keyof Row & string;

/**
 * The select list of a query: the fields of a DTO, or the given properties, each from its column in `table` (an alias or a name).
 * `computed` gives other SQL for a field, or `null` to leave the field out.
 *
 * ```ts
 * select('a', ApplicationDto, { boardCode: 'n.code', allowedActions: null }) // a.id, a.edition_id AS "editionId", n.code AS "boardCode"
 * select<Board>('n', ['id', 'editionId']) // n.id, n.edition_id AS "editionId"
 * ```
 */
export function select<Row extends object = Record<string, unknown>>(
  table: string,
  of: Dto<Row> | NoInfer<readonly Property<Row>[]>,
  computed: NoInfer<{ readonly [Name in Property<Row>]?: string | null }> = {},
): string {
  const properties = typeof of === 'function' ? fieldsOf(of) : of;
  const sources = new Map<string, string | null>(properties.map(property => [property, `${table}.${snakeCase(property)}`]));
  for (const [name, sql] of Object.entries(computed as Record<string, string | null>)) sources.set(name, sql);
  return [...sources]
    .filter(([, sql]) => sql !== null)
    .map(([name, sql]) => (sql === `${table}.${name}` ? sql : `${sql} AS "${name}"`))
    .join(', ');
}
