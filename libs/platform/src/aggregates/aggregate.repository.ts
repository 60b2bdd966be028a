import { createHash } from 'node:crypto';
import { Aggregate, NotFound, type IntegrationEvent } from '@ciep/kernel';
import { auditEntry, type Change } from './audit-entry.js';
import { outboxRows } from '../messaging/outbox.js';
import { clientOf, Database, type Reader, type Tx } from '../database/database.js';
import { snakeCase } from '../database/naming.js';
import { StaleVersion } from './aggregate.errors.js';
import { RowMapper, type Snapshot } from './row-mapper.js';

/** Equality conditions on the rows that the caller may see: `{ organisationId: principal.owner }`. An array admits each of its values. */
export type Scope = Readonly<Record<string, string | number | boolean | readonly string[] | null>>;

/** `never` for a change that returns a promise: a change is synchronous, so that nothing slow runs under the row lock. */
export type Sync<R> = [Extract<R, PromiseLike<unknown>>] extends [never] ? unknown : never;

export interface UpdateOptions {
  /** The version that the caller has seen; 412 if it is not the current one. */
  readonly version?: number | undefined;
  readonly scope?: Scope | undefined;
}

/** Reads and writes of one kind of aggregate inside an open transaction. */
export interface BoundRepository<T extends Aggregate> {
  /** Writes a new row with version 1, its events and its audit entry in one statement. */
  insert(entity: T): Promise<void>;
  /** The same for up to 1,000 rows at once. */
  insertAll(entities: readonly T[]): Promise<void>;
  /**
   * Locks the row and runs the change, then writes the changed columns, the next version, the events and the audit entry in one
   * statement, all with the same time. Throws `NotFound` (also for a row outside the scope) and `StaleVersion`.
   *
   * A change that alters no column and records no event writes nothing and keeps the version. The row stays locked, so that the result
   * of such a change is true until the commit.
   */
  update<R>(id: string, change: (entity: Readonly<T>, now: Date) => R & Sync<R>, options?: UpdateOptions): Promise<R>;
  /** Deletes the row, with the checks of an update. `check` may throw, and may record events. */
  remove(id: string, check: (entity: Readonly<T>) => void, options?: UpdateOptions): Promise<void>;
  /** Reads without a lock; throws `NotFound`. */
  get(id: string, scope?: Scope): Promise<Readonly<T>>;
  /** Reads without a lock. */
  find(id: string, scope?: Scope): Promise<Readonly<T> | undefined>;
}

const statementName = (sql: string): string => createHash('sha1').update(sql).digest('base64url');

const recordSql = (changed: string) => `
  recorded AS (INSERT INTO outbox (event_id, topic, key, aggregate_type, aggregate_id, aggregate_version, seq, type, event)
           SELECT f.event_id, f.topic, ${changed}.id::text, f.aggregate_type, ${changed}.id, ${changed}.version, f.seq, f.type,
                  f.event || jsonb_build_object('subject', ${changed}.id, 'aggregateversion', ${changed}.version)
           FROM ${changed} JOIN jsonb_to_recordset($1::jsonb) AS f(aggregate_id uuid, event_id uuid, topic text, aggregate_type text, seq int, type text, event jsonb)
             ON f.aggregate_id = ${changed}.id ORDER BY f.aggregate_id, f.seq),
  audited AS (INSERT INTO audit_entries (id, at, actor_kind, actor_id, client_id, organisation_id, action, aggregate_type, aggregate_id, aggregate_version, changes, request_id)
           SELECT a.id, a.at, a.actor_kind, a.actor_id, a.client_id, a.organisation_id, a.action, a.aggregate_type, ${changed}.id, ${changed}.version, a.changes, a.request_id
           FROM ${changed} JOIN jsonb_to_recordset($2::jsonb) AS a(aggregate_id uuid, id uuid, at timestamptz, actor_kind text, actor_id text, client_id text,
                                                                   organisation_id text, action text, aggregate_type text, changes jsonb, request_id text)
             ON a.aggregate_id = ${changed}.id)`;

/** What is written about one aggregate beside its row. */
interface Written {
  readonly id: string;
  readonly events: readonly IntegrationEvent[];
  readonly changes: readonly Change[];
}

/**
 * Base of every repository of aggregates. `update` loads, locks and saves the row and writes the outbox and the audit trail, so that
 * no use case can forget or reorder these steps. One statement sets the event ids and the aggregate version.
 *
 * ```ts
 * this.applications.in(tx).update(id, (application, now) => application.withdraw(now), { version, scope });
 * ```
 */
export abstract class AggregateRepository<T extends Aggregate> {
  private readonly rows: RowMapper<T>;
  private readonly noun: string;

  protected constructor(
    protected readonly database: Database,
    entity: new () => T,
    /** Columns whose values the audit trail does not contain (personal data). */
    private readonly confidential: readonly string[] = [],
  ) {
    this.rows = new RowMapper(database.dataSource, entity);
    this.noun = snakeCase(entity.name);
  }

  /** The repository bound to an open transaction. */
  in(tx: Tx): BoundRepository<T> {
    return {
      insert: entity => this.insertAll(tx, [entity]),
      insertAll: entities => this.insertAll(tx, entities),
      update: (id, change, options = {}) => this.update(tx, id, change, options),
      remove: (id, check, options = {}) => this.remove(tx, id, check, options),
      get: async (id, scope) => (await this.find(tx, id, scope)) ?? this.refuse(id),
      find: (id, scope) => this.find(tx, id, scope),
    };
  }

  private refuse(id: string): never {
    throw new NotFound(this.noun, id);
  }

  private async find(reader: Reader, id: string, scope: Scope = {}): Promise<Readonly<T> | undefined> {
    const { condition, values } = this.scoped(scope, 2);
    const [row] = await reader.query(`SELECT ${this.rows.columns} FROM ${this.rows.table} WHERE id = $1${condition}`, [id, ...values]);
    return row && this.rows.hydrate(row).entity;
  }

  private async insertAll(tx: Tx, entities: readonly T[]): Promise<void> {
    if (entities.length === 0) return;
    const rows = entities.map(entity => this.rows.all(entity).map(entry => (entry.column === 'version' ? { ...entry, value: 1 } : entry)));
    const names = rows[0]?.map(({ column }) => `"${column}"`) ?? [];
    const marks = rows.map((row, at) => `(${row.map((_, index) => `$${at * row.length + index + 3}`).join(', ')})`);
    await this.write(
      tx,
      `WITH changed AS (INSERT INTO ${this.rows.table} (${names.join(', ')}) VALUES ${marks.join(', ')} RETURNING id, version), ${recordSql('changed')} SELECT version FROM changed`,
      entities.map((entity, at) => ({
        id: entity.id,
        events: Aggregate.takeEvents(entity),
        changes: (rows[at] ?? []).map(({ column, shown }) => ({ column, before: undefined, after: shown })),
      })),
      rows.flat().map(({ value }) => value),
    );
    for (const entity of entities) Object.assign(entity, { version: 1 });
  }

  private async update<R>(tx: Tx, id: string, change: (entity: Readonly<T>, now: Date) => R & Sync<R>, options: UpdateOptions): Promise<R> {
    const { entity, was } = await this.lock(tx, id, options);
    const now = this.database.clock.now();
    const result = change(entity, now);
    if (result instanceof Promise) throw new TypeError('a change under the row lock is synchronous');
    const changes = this.rows.changed(entity, was);
    const events = Aggregate.takeEvents(entity);
    if (changes.length === 0 && events.length === 0) return result;
    const set = changes.map(({ column }, index) => `"${column}" = $${index + 5}, `).join('');
    const version = await this.write(
      tx,
      `WITH changed AS (UPDATE ${this.rows.table} SET ${set}version = version + 1, updated_at = now() WHERE id = $3 AND version = $4 RETURNING id, version), ${recordSql('changed')} SELECT version FROM changed`,
      [{ id, events, changes: changes.map(({ column, before, shown }) => ({ column, before, after: shown })) }],
      [id, entity.version, ...changes.map(({ value }) => value)],
      now,
    );
    Object.assign(entity, { version });
    return result;
  }

  private async remove(tx: Tx, id: string, check: (entity: Readonly<T>) => void, options: UpdateOptions): Promise<void> {
    const { entity } = await this.lock(tx, id, options);
    check(entity);
    const changes = this.rows.all(entity).map(({ column, shown }) => ({ column, before: shown, after: undefined }));
    await this.write(
      tx,
      `WITH changed AS (DELETE FROM ${this.rows.table} WHERE id = $3 AND version = $4 RETURNING id, version + 1 AS version), ${recordSql('changed')} SELECT version FROM changed`,
      [{ id, events: Aggregate.takeEvents(entity), changes }],
      [id, entity.version],
    );
  }

  private async lock(tx: Tx, id: string, { version, scope = {} }: UpdateOptions): Promise<{ entity: T; was: Snapshot }> {
    const { condition, values } = this.scoped(scope, 2);
    const sql = `SELECT ${this.rows.columns} FROM ${this.rows.table} WHERE id = $1${condition} FOR NO KEY UPDATE`;
    const client = await clientOf(tx);
    const { rows } = await client.query<Record<string, unknown>>({ name: statementName(sql), text: sql, values: [id, ...values] });
    const read = rows[0] ? this.rows.hydrate(rows[0]) : this.refuse(id);
    if (version !== undefined && version !== read.entity.version) throw new StaleVersion(read.entity.version);
    return read;
  }

  private async write(
    tx: Tx,
    sql: string,
    written: readonly Written[],
    values: readonly unknown[],
    now = this.database.clock.now(),
  ): Promise<number> {
    const recorded = written.flatMap(({ id, events }) =>
      outboxRows(this.database.service, events, now).map(row => ({ aggregate_id: id, ...row })),
    );
    const audited = written.map(({ id, events, changes }) => {
      const shown = changes.filter(({ column }) => column !== 'version' && column !== 'id');
      return { aggregate_id: id, ...auditEntry(now, this.noun, events, shown, this.confidential) };
    });
    const client = await clientOf(tx);
    const { rows } = await client.query<{ version: number }>({
      // A statement for many rows has a different text for each number of rows, so it is not prepared.
      ...(written.length === 1 && { name: statementName(sql) }),
      text: sql,
      values: [JSON.stringify(recorded), JSON.stringify(audited), ...values],
    });
    if (recorded.length > 0) Database.markEventsRecorded(tx);
    // The row is locked, so only code outside the repository can cause this.
    if (!rows[0]) throw new Error(`${this.noun}: something else changed the locked row`);
    return rows[0].version;
  }

  private scoped(scope: Scope, first: number): { condition: string; values: unknown[] } {
    const conditions = Object.entries(scope).map(([property, value], index) => {
      if (value === undefined) throw new Error(`the scope of ${property} is undefined`);
      const column = this.rows.columnOf(property);
      if (value === null) return `${column} IS NOT DISTINCT FROM $${first + index}`;
      return Array.isArray(value) ? `${column} = ANY($${first + index})` : `${column} = $${first + index}`;
    });
    return { condition: conditions.map(condition => ` AND ${condition}`).join(''), values: Object.values(scope) };
  }
}
