import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { LocalizedText } from '@ciep/kernel';
import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { InstallationSecrets } from '../database/installation-secrets.js';
import { Instant, QueryFlag, QueryInt, Text } from './fields.js';
import { HttpRefusal } from './refusal.js';
import type { Where } from './where.js';

/** Query parameters that every list has. */
export class ListQuery {
  @QueryInt({ min: 1, max: 200, description: 'how many items at most (50)' })
  limit?: number;

  @Text({ max: 2_000, optional: true, description: 'the `nextCursor` of the page before' })
  cursor?: string;

  @Text({ max: 100, optional: true, description: 'field to sort by, `-` before it for descending' })
  sort?: string;

  @Instant({ optional: true, description: 'only what changed at or after this instant; pass the `syncedUntil` of the last answer' })
  updatedSince?: string;

  @QueryFlag({ description: 'whether to count all items that fit' })
  count?: boolean;
}

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
export interface ListDefinition {
  /** Columns with their camelCase aliases: `a.id, a.region_code AS "regionCode"`. */
  readonly select: string;
  readonly from: string;
  readonly where: Where;
  /** What may be sorted by, and the SQL of it; never null. */
  readonly sorts: Readonly<Record<string, string>>;
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
  async page<Item>(list: ListDefinition, query: ListQuery): Promise<Page<Item>> {
    const limit = query.limit ?? 50;
    const { field, descending } = sorting(list, query.sort);
    const order = list.sorts[field] ?? list.id;
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
    if (query.cursor !== undefined) {
      const after = read(query.cursor, key, fingerprint);
      where.add(`(${order}, ${list.id}) ${descending ? '<' : '>'} (?, ?)`, after[0], after[1]);
    }
    const direction = descending ? 'DESC' : 'ASC';
    // The instant of the reading comes from the same statement as the rows.
    const rows = await this.database.query<(Record<string, unknown> & { $sort: string; $id: string })[]>(
      `SELECT ${list.select}, (${order})::text AS "$sort", ${list.id} AS "$id" FROM ${list.from} ${where.sql()} ORDER BY ${order} ${direction}, ${list.id} ${direction} LIMIT ${limit + 1}`,
      where.values,
    );
    const last = rows.length > limit ? rows[limit - 1] : undefined;
    const nextCursor = last ? written([last.$sort, last.$id], key, fingerprint) : null;
    return {
      items: rows.slice(0, limit).map(bare<Item>),
      nextCursor,
      total: query.count === true ? await this.count(list, counted) : null,
      syncedUntil: query.updatedSince === undefined ? null : await this.horizon(query.updatedSince),
    };
  }

  private async count(list: ListDefinition, where: Where): Promise<number> {
    const [row] = await this.database.query<{ total: number }[]>(
      `SELECT count(*)::int AS total FROM ${list.from} ${where.sql()}`,
      where.values,
    );
    return row?.total ?? 0;
  }

  /** Never ahead of a transaction that may still commit; never behind what the caller already had. */
  private async horizon(since: string): Promise<string> {
    const [row] = await this.database.query<{ until: Date }[]>(
      `SELECT greatest($1::timestamptz, clock_timestamp() - interval '${horizonSeconds} seconds') AS until`,
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

function sorting(list: ListDefinition, asked: string | undefined): { field: string; descending: boolean } {
  const sort = asked ?? list.defaultSort;
  const descending = sort.startsWith('-');
  const field = descending ? sort.slice(1) : sort;
  if (!Object.hasOwn(list.sorts, field)) {
    const possible = Object.keys(list.sorts).join(', ');
    throw badQuery('sort.unknown', {
      zh: `不能按此字段排序；可用：${possible}。`,
      en: `This list cannot be sorted by that; possible: ${possible}.`,
    });
  }
  return { field, descending };
}

const signature = (body: string, key: string, fingerprint: string): Buffer =>
  createHmac('sha256', key).update(`${fingerprint}.${body}`).digest().subarray(0, 16);

function written(after: readonly [string, string], key: string, fingerprint: string): string {
  const body = Buffer.from(JSON.stringify(after)).toString('base64url');
  return `${body}.${signature(body, key, fingerprint).toString('base64url')}`;
}

function read(cursor: string, key: string, fingerprint: string): readonly [string, string] {
  const [body = '', sign = ''] = cursor.split('.');
  const given = Buffer.from(sign, 'base64url');
  const right = signature(body, key, fingerprint);
  if (given.length !== right.length || !timingSafeEqual(given, right)) throw cursorForeign();
  return JSON.parse(Buffer.from(body, 'base64url').toString()) as [string, string];
}
