import type { DataSource, EntityMetadata, ObjectLiteral } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';

type Row = Record<string, unknown>;
/** The values of the columns when the row was read, as comparable text. */
export type Snapshot = ReadonlyMap<string, string>;

/** A column with its value for PostgreSQL, and the value to show: the content of a JSON column, not its text. */
export interface Entry {
  readonly column: string;
  readonly value: unknown;
  readonly shown: unknown;
}

const comparable = (value: unknown): string => JSON.stringify(value) ?? 'null';
const shown = ({ type }: ColumnMetadata, comparableValue: string): unknown => {
  const value: unknown = JSON.parse(comparableValue);
  return type === 'jsonb' && typeof value === 'string' ? JSON.parse(value) : value;
};
const sorted = (_: string, value: unknown): unknown =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
/** PostgreSQL keeps the fields of a jsonb column in an order of its own, so that their order makes no difference. */
const isSame = (column: ColumnMetadata, before: string, after: string): boolean =>
  before === after ||
  (column.type === 'jsonb' && JSON.stringify(shown(column, before), sorted) === JSON.stringify(shown(column, after), sorted));
const quoted = (name: string): string => `"${name}"`;

/** Maps rows to entities and back with TypeORM's metadata and converters; the SQL is our own. */
export class RowMapper<Entity extends ObjectLiteral> {
  readonly metadata: EntityMetadata;
  readonly table: string;
  readonly columns: string;
  private readonly mapped: readonly ColumnMetadata[];

  constructor(
    private readonly dataSource: DataSource,
    target: new () => Entity,
  ) {
    this.metadata = dataSource.getMetadata(target);
    if (this.metadata.relations.length > 0 || this.metadata.embeddeds.length > 0) {
      throw new Error(`${target.name}: an aggregate has columns only, neither relations nor embedded objects`);
    }
    this.mapped = this.metadata.columns;
    this.table = quoted(this.metadata.tableName);
    this.columns = this.mapped.map(column => quoted(column.databaseName)).join(', ');
  }

  /** The column of a property; throws for a property without one. */
  columnOf(property: string): string {
    const column = this.metadata.findColumnWithPropertyName(property);
    if (!column) throw new Error(`${this.metadata.name} has no column for ${property}`);
    return quoted(column.databaseName);
  }

  /** Creates the entity of a row, with a snapshot of the row. */
  hydrate(row: Row): { entity: Entity; was: Snapshot } {
    const entity = this.metadata.create() as Entity;
    const was = new Map<string, string>();
    for (const column of this.mapped) {
      const value: unknown = this.dataSource.driver.prepareHydratedValue(row[column.databaseName], column);
      (entity as Row)[column.propertyName] = value;
      was.set(column.databaseName, comparable(this.persistent(entity, column)));
    }
    return { entity, was };
  }

  /** The columns that differ from the snapshot, with values for PostgreSQL. */
  changed(entity: Entity, was: Snapshot): (Entry & { readonly before: unknown })[] {
    return this.mapped
      .filter(column => !column.isPrimary && column.propertyName !== 'version')
      .flatMap(column => {
        const value = this.persistent(entity, column);
        const [before, after] = [was.get(column.databaseName) ?? 'null', comparable(value)];
        if (isSame(column, before, after)) return [];
        return [{ column: column.databaseName, value, shown: shown(column, after), before: shown(column, before) }];
      });
  }

  /** All columns of a new row, with values for PostgreSQL. */
  all(entity: Entity): Entry[] {
    return this.mapped.map(column => {
      const value = this.persistent(entity, column);
      return { column: column.databaseName, value, shown: shown(column, comparable(value)) };
    });
  }

  private persistent(entity: Entity, column: ColumnMetadata): unknown {
    const value = (entity as Row)[column.propertyName];
    return value === undefined ? null : (this.dataSource.driver.preparePersistentValue(value, column) as unknown);
  }
}
