import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { LocalizedText } from '@ciep/kernel';
import { Injectable } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { Allow } from 'class-validator';
import { Database } from '../database/database.js';
import { InstallationSecrets } from '../database/installation-secrets.js';
import { Instant, QueryFlag, QueryInt, SortBy, Text } from './fields.js';
import { HttpRefusal } from './refusal.js';
import type { Where } from '../database/where.js';

/** Query parameters that every list has; `listQuery` adds those that depend on the list. */
export class ListQuery {
  @QueryInt({ min: 1, max: 200, description: 'how many items at most (50)' })
  limit?: number;

  @Text({ max: 2_000, optional: true, description: 'the `nextCursor` of the page before' })
  cursor?: string;

  @QueryFlag({ description: 'whether to count all items that fit' })
  count?: boolean;

  sort?: string;

  /** Not documented here: a list that cannot be synchronised refuses it with a code of its own. */
  @Allow()
  updatedSince?: Instant;
}

/** The query of a list that can be sorted by these fields. */
export interface SortedQuery<Field extends string> extends ListQuery {
  sort?: Field | `-${Field}`;
}

/**
 * The class that the query of a list extends: by which fields it can be sorted, and whether it can be synchronised by `updatedSince`.
 *
 * ```ts
 * export class InvoicesQuery extends listQuery(['number', 'updatedAt']) { … }
 * ```
 */
export function listQuery<const Field extends string>(
  sorts: readonly Field[],
  { synchronised = true }: { readonly synchronised?: boolean } = {},
): new () => SortedQuery<Field> {
  class Sorted extends ListQuery {
    @KnownSort(sorts)
    @SortBy(sorts)
    override sort?: Field | `-${Field}`;
  }
  if (!synchronised) return Sorted;
  class Synchronised extends Sorted {
    @Instant({ optional: true, description: 'only what changed at or after this instant; pass the `syncedUntil` of the last answer' })
    override updatedSince?: Instant;
  }
  return Synchronised;
}

/** The names of the fields that a query can sort by. */
type FieldOf<Query extends ListQuery> = Query extends SortedQuery<infer Field> ? Field : string;

/** One page of a list. */
export interface Page<Item> {
  readonly items: Item[];
  /** Pass it as `cursor` for the next page; null on the last. */
  readonly nextCursor: string | null;
  /** Number of all items that fit; null unless asked for by `count=true`. */
  readonly total: number | null;
  /** Pass it as `updatedSince` next time; null unless `updatedSince` was given. */
  readonly syncedUntil: string | null;
}

/** How a list is read: SQL fragments written by us, never by the caller. */
export interface ListDefinition<Query extends ListQuery = ListQuery> {
  /** What is read, mostly by {@link select}: `a.id, a.region_code AS "regionCode"`. */
  readonly select: string;
  readonly from: string;
  readonly where: Where;
  /** What may be sorted by, and the SQL of it; never null. */
  readonly sorts: Readonly<Record<FieldOf<Query>, string>>;
  /** Field, with `-` for descending. */
  readonly defaultSort: string;
  /** SQL of the id, the last sort key. */
  readonly id: string;
  /** SQL of the instant of the last change, where the list can be synchronised. */
  readonly updatedAt?: string;
}

const badQuery = (code: string, text: LocalizedText): HttpRefusal => new HttpRefusal({ status: 400, code, text });
const cursorForeign = (): HttpRefusal =>
  badQuery('cursor.invalid', { zh: '游标与本次查询不符。', en: 'The cursor does not belong to this query.' });

/** Where a page ended. */
interface Position {
  readonly sort: string;
  readonly id: string;
  /** Of the first page; null without `updatedSince`. */
  readonly syncedUntil: string | null;
}

/** Rows committed later than this may still have an older `updated_at`: the longest transaction plus a second. */
const horizonSeconds = 11;

/** Reads pages: signed cursors, an allow-list of sort fields, `updatedSince` that never misses a row. */
@Injectable()
export class Lists {
  constructor(
    private readonly database: Database,
    private readonly secrets: InstallationSecrets,
  ) {}

  /** One page. Throws 400 `sort.unknown` or `cursor.invalid`. */
  async page<Item, Query extends ListQuery = ListQuery>(list: ListDefinition<Query>, query: Query): Promise<Page<Item>> {
    const limit = query.limit ?? 50;
    const sorts: Readonly<Record<string, string>> = list.sorts;
    const { field, descending } = sorting(Object.keys(sorts), query.sort ?? list.defaultSort);
    const order = sorts[field] ?? list.id;
    const where = list.where.copy();
    if (query.updatedSince !== undefined) {
      if (list.updatedAt === undefined)
        throw badQuery('updated_since.unsupported', { zh: '此列表不支持 updatedSince。', en: 'This list does not support updatedSince.' });
      where.add(`${list.updatedAt} >= ?`, query.updatedSince);
    }
    const fingerprint = createHash('sha256')
      .update(`${list.from}|${where.text()}|${JSON.stringify(where.values)}|${field}|${descending}`)
      .digest('base64url')
      .slice(0, 16);
    const key = await this.secrets.get('cursor');
    const counted = where.copy();
    const after = query.cursor === undefined ? undefined : readCursor<Position>(query.cursor, key, fingerprint);
    if (after) where.add(`(${order}, ${list.id}) ${descending ? '<' : '>'} (?, ?)`, after.sort, after.id);
    // Taken before the first row is read, and kept for all pages: a row that changes meanwhile may move to a page that was read.
    const syncedUntil = query.updatedSince === undefined ? null : (after?.syncedUntil ?? (await this.horizon(query.updatedSince)));
    const direction = descending ? 'DESC' : 'ASC';
    const rows = await this.database.query<(Record<string, unknown> & { $sort: string; $id: string })[]>(
      `SELECT ${list.select}, (${order})::text AS "$sort", ${list.id} AS "$id" FROM ${list.from} ${where.sql()} ORDER BY ${order} ${direction}, ${list.id} ${direction} LIMIT ${limit + 1}`,
      where.values,
    );
    const last = rows.length > limit ? rows[limit - 1] : undefined;
    const nextCursor = last ? writeCursor({ sort: last.$sort, id: last.$id, syncedUntil }, key, fingerprint) : null;
    return {
      items: rows.slice(0, limit).map(bare<Item>),
      nextCursor,
      total: query.count === true ? await this.count(list, counted) : null,
      syncedUntil,
    };
  }

  /** All pages, one after the other. */
  async *all<Item>(list: ListDefinition, query: ListQuery): AsyncGenerator<Item[]> {
    let cursor: string | null | undefined = query.cursor;
    while (cursor !== null) {
      const page: Page<Item> = await this.page<Item>(list, { ...query, limit: 200, ...(cursor !== undefined && { cursor }) });
      yield page.items;
      cursor = page.nextCursor;
    }
  }

  private async count(list: ListDefinition, where: Where): Promise<number> {
    const [row] = await this.database.query<{ total: number }[]>(
      `SELECT count(*)::int AS total FROM ${list.from} ${where.sql()}`,
      where.values,
    );
    return row?.total ?? 0;
  }

  /** Never ahead of a transaction that may still commit, nor of the clock; never behind what the caller already had. */
  private async horizon(since: Instant): Promise<string> {
    const [row] = await this.database.query<{ until: Date }[]>(
      `SELECT least(now(), greatest($1::timestamptz, now() - interval '${horizonSeconds} seconds')) AS until`,
      [since],
    );
    return (row?.until ?? new Date(since)).toISOString();
  }
}

/** A row without what only the cursor needs. Taken out in place: a copy of each row is a good part of what a list costs. */
function bare<Item>(row: Record<string, unknown>): Item {
  delete row['$id'];
  delete row['$sort'];
  return row as Item;
}

/** Refuses an unknown field before any query, and before the first byte of an export. */
const KnownSort = (fields: readonly string[]): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) => {
    if (typeof value === 'string') sorting(fields, value);
    return value;
  });

function sorting(fields: readonly string[], sort: string): { field: string; descending: boolean } {
  const descending = sort.startsWith('-');
  const field = descending ? sort.slice(1) : sort;
  if (!fields.includes(field)) {
    const possible = fields.join(', ');
    throw badQuery('sort.unknown', {
      zh: `不能按此字段排序；可用：${possible}。`,
      en: `This list cannot be sorted by that; possible: ${possible}.`,
    });
  }
  return { field, descending };
}

const signature = (body: string, key: string, fingerprint: string): Buffer =>
  createHmac('sha256', key).update(`${fingerprint}.${body}`).digest().subarray(0, 16);

/** A place in an order as text: signed, so that nobody makes one up, and bound to what `fingerprint` says. */
export function writeCursor(place: object, key: string, fingerprint: string): string {
  const body = Buffer.from(JSON.stringify(place)).toString('base64url');
  return `${body}.${signature(body, key, fingerprint).toString('base64url')}`;
}

/** Throws 400 `cursor.invalid`. */
export function readCursor<Place>(cursor: string, key: string, fingerprint: string): Place {
  const [body = '', sign = ''] = cursor.split('.');
  const given = Buffer.from(sign, 'base64url');
  const right = signature(body, key, fingerprint);
  if (given.length !== right.length || !timingSafeEqual(given, right)) throw cursorForeign();
  return JSON.parse(Buffer.from(body, 'base64url').toString()) as Place;
}
