import type { DataSource, EntityMetadata, ObjectLiteral } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';

type Row = Record<string, unknown>;
/** What the columns held when the row was read, as comparable text. */
export type Snapshot = ReadonlyMap<string, string>;

const comparable = (value: unknown): string => (value instanceof Date ? value.toISOString() : (JSON.stringify(value) ?? 'null'));
const quoted = (name: string): string => `"${name}"`;

/** Maps rows to entities and back by TypeORM's metadata and converters; the SQL around it is ours. */
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

  /** The database name of a property; throws for a property that is no column. */
  columnOf(property: string): string {
    const column = this.metadata.findColumnWithPropertyName(property);
    if (!column) throw new Error(`${this.metadata.name} has no column for ${property}`);
    return quoted(column.databaseName);
  }

  /** Makes the entity of a row, and remembers what the row held. */
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
  changed(entity: Entity, was: Snapshot): { column: string; value: unknown; before: string | undefined; after: string }[] {
    return this.mapped
      .filter(column => !column.isPrimary && column.propertyName !== 'version')
      .map(column => {
        const value = this.persistent(entity, column);
        return { column: column.databaseName, value, before: was.get(column.databaseName), after: comparable(value) };
      })
      .filter(change => change.before !== change.after);
  }

  /** All columns of a new row, with values for PostgreSQL. */
  all(entity: Entity): { column: string; value: unknown }[] {
    return this.mapped.map(column => ({ column: column.databaseName, value: this.persistent(entity, column) }));
  }

  private persistent(entity: Entity, column: ColumnMetadata): unknown {
    const value = (entity as Row)[column.propertyName];
    return value === undefined ? null : (this.dataSource.driver.preparePersistentValue(value, column) as unknown);
  }
}
