import { createHash } from 'node:crypto';
import { Aggregate, NotFound, type Fact } from '@ciep/kernel';
import { auditEntry } from '../audit/audit-entry.js';
import { outboxRows } from '../messaging/outbox.js';
import { clientOf, Database, type Reader, type Tx } from './database.js';
import { StaleVersion } from './database.errors.js';
import { RowMapper, type Snapshot } from './row-mapper.js';

/** Equality conditions that a row must meet to be seen by the caller: `{ organisationId: principal.owner }`. An array admits each. */
export type Scope = Readonly<Record<string, string | number | boolean | readonly string[] | null>>;

/** `never` for a change that returns a promise: a change is synchronous, so that nothing slow happens under the row lock. */
export type Sync<R> = [Extract<R, PromiseLike<unknown>>] extends [never] ? unknown : never;

export interface UpdateOptions {
  /** The version the caller has seen; another one is refused with 412. */
  readonly version?: number | undefined;
  readonly scope?: Scope | undefined;
}

/** Reads and writes of one kind of aggregate inside an open transaction. */
export interface BoundRepository<T extends Aggregate> {
  /** Writes a new row with version 1, its facts and its audit entry, in one statement. */
  insert(entity: T): Promise<void>;
  /** The same for many rows at once, at most 1,000. */
  insertAll(entities: readonly T[]): Promise<void>;
  /**
   * Locks the row, runs the change, writes what it changed, moves the version by one and writes facts and audit entry, all in
   * one statement. Throws `NotFound` (also for a row outside the scope) and `StaleVersion`.
   */
  update<R>(id: string, change: (entity: Readonly<T>) => R & Sync<R>, options?: UpdateOptions): Promise<R>;
  /** Deletes the row, checked like an update; the change may refuse and tell facts. */
  remove(id: string, check: (entity: Readonly<T>) => void, options?: UpdateOptions): Promise<void>;
  /** Reads without a lock; throws `NotFound`. */
  get(id: string, scope?: Scope): Promise<Readonly<T>>;
  /** Reads without a lock. */
  find(id: string, scope?: Scope): Promise<Readonly<T> | undefined>;
}

const snakeCase = (name: string): string => name.replaceAll(/(?<=[a-z0-9])[A-Z]/g, letter => `_${letter}`).toLowerCase();
const statementName = (sql: string): string => createHash('sha1').update(sql).digest('base64url');

const tellSql = (changed: string) => `
  told AS (INSERT INTO outbox (event_id, topic, key, aggregate_type, aggregate_id, aggregate_version, seq, type, event)
           SELECT f.event_id, f.topic, ${changed}.id::text, f.aggregate_type, ${changed}.id, ${changed}.version, f.seq, f.type,
                  f.event || jsonb_build_object('subject', ${changed}.id, 'aggregateversion', ${changed}.version)
           FROM ${changed} JOIN jsonb_to_recordset($1::jsonb) AS f(aggregate_id uuid, event_id uuid, topic text, aggregate_type text, seq int, type text, event jsonb)
             ON f.aggregate_id = ${changed}.id ORDER BY f.aggregate_id, f.seq),
  audited AS (INSERT INTO audit_entries (id, at, actor_kind, actor_id, client_id, organisation_id, action, aggregate_type, aggregate_id, aggregate_version, changes, request_id)
           SELECT a.id, a.at, a.actor_kind, a.actor_id, a.client_id, a.organisation_id, a.action, a.aggregate_type, ${changed}.id, ${changed}.version, a.changes, a.request_id
           FROM ${changed} JOIN jsonb_to_recordset($2::jsonb) AS a(aggregate_id uuid, id uuid, at timestamptz, actor_kind text, actor_id text, client_id text,
                                                                   organisation_id text, action text, aggregate_type text, changes jsonb, request_id text)
             ON a.aggregate_id = ${changed}.id)`;

interface Change {
  readonly column: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** What is written about one aggregate beside its row. */
interface Written {
  readonly id: string;
  readonly facts: readonly Fact[];
  readonly changes: readonly Change[];
}

/**
 * Base of every repository of aggregates. Loading, locking, saving, the outbox and the audit trail cannot be forgotten or
 * reordered, because `update` does them all; the event id and the aggregate version are fixed in the same statement.
 *
 * ```ts
 * this.applications.in(tx).update(id, application => application.withdraw(clock.now()), { version, scope });
 * ```
 */
export abstract class AggregateRepository<T extends Aggregate> {
  private readonly rows: RowMapper<T>;
  private readonly noun: string;

  protected constructor(
    protected readonly database: Database,
    entity: new () => T,
    /** Columns whose values the audit trail does not show (personal data). */
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
      `WITH changed AS (INSERT INTO ${this.rows.table} (${names.join(', ')}) VALUES ${marks.join(', ')} RETURNING id, version), ${tellSql('changed')} SELECT version FROM changed`,
      entities.map((entity, at) => ({
        id: entity.id,
        facts: Aggregate.takeFacts(entity),
        changes: (rows[at] ?? []).map(({ column, value }) => ({ column, before: undefined, after: value })),
      })),
      rows.flat().map(({ value }) => value),
    );
    for (const entity of entities) Object.assign(entity, { version: 1 });
  }

  private async update<R>(tx: Tx, id: string, change: (entity: Readonly<T>) => R & Sync<R>, options: UpdateOptions): Promise<R> {
    const { entity, was } = await this.lock(tx, id, options);
    const result = change(entity);
    if (result instanceof Promise) throw new TypeError('a change under the row lock is synchronous');
    const changes = this.rows.changed(entity, was);
    const set = changes.map(({ column }, index) => `"${column}" = $${index + 5}, `).join('');
    const version = await this.write(
      tx,
      `WITH changed AS (UPDATE ${this.rows.table} SET ${set}version = version + 1, updated_at = now() WHERE id = $3 AND version = $4 RETURNING id, version), ${tellSql('changed')} SELECT version FROM changed`,
      [{ id, facts: Aggregate.takeFacts(entity), changes }],
      [id, entity.version, ...changes.map(({ value }) => value)],
    );
    Object.assign(entity, { version });
    return result;
  }

  private async remove(tx: Tx, id: string, check: (entity: Readonly<T>) => void, options: UpdateOptions): Promise<void> {
    const { entity } = await this.lock(tx, id, options);
    check(entity);
    const changes = this.rows.all(entity).map(({ column, value }) => ({ column, before: value, after: undefined }));
    await this.write(
      tx,
      `WITH changed AS (DELETE FROM ${this.rows.table} WHERE id = $3 AND version = $4 RETURNING id, version + 1 AS version), ${tellSql('changed')} SELECT version FROM changed`,
      [{ id, facts: Aggregate.takeFacts(entity), changes }],
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

  private async write(tx: Tx, sql: string, written: readonly Written[], values: readonly unknown[]): Promise<number> {
    const now = this.database.clock.now();
    const told = written.flatMap(({ id, facts }) =>
      outboxRows(this.database.service, facts, now).map(row => ({ aggregate_id: id, ...row })),
    );
    const audited = written.map(({ id, facts, changes }) => {
      const shown = changes.filter(({ column }) => column !== 'version' && column !== 'id');
      return { aggregate_id: id, ...auditEntry(now, this.noun, facts, shown, this.confidential) };
    });
    const client = await clientOf(tx);
    const { rows } = await client.query<{ version: number }>({
      // One name per shape: a statement for many rows has as many shapes as there are numbers.
      ...(written.length === 1 && { name: statementName(sql) }),
      text: sql,
      values: [JSON.stringify(told), JSON.stringify(audited), ...values],
    });
    if (told.length > 0) Database.markTold(tx);
    // The row is locked, so only a change outside the repository can make this happen.
    if (!rows[0]) throw new Error(`${this.noun}: the locked row changed under us`);
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
