import { Clock } from '@ciep/kernel';
import { counter, Database, InstallationSecrets, readCursor, where, writeCursor, type Where } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { NotificationConfig } from '../notification.config.js';
import type { EventDto, EventFeedDto, EventFeedQuery } from './feed.dto.js';
import { FeedCursorExpired } from './feed.errors.js';
import { instantOf, keptSince, positionAt, type FeedPosition } from './feed-positions.rules.js';

/** Where a reader stands. */
interface Place {
  /** It has read everything up to here. */
  readonly after: FeedPosition;
  /** The instant until which it has everything, in milliseconds. */
  readonly at: number;
}

const beginning: Place = { after: -1, at: 0 };

const pages = counter(
  'ciep_event_feed_pages_total',
  'Pages of the event feed; outcome: events, empty, or expired (events behind the cursor are gone)',
  ['service', 'outcome'],
);

/** A row of a page. Every row has the end of the feed; the only row of an empty page has nothing else. */
interface Row {
  readonly end: string;
  readonly position: string | null;
  readonly body: string | null;
}

const positionsOf = (conditions: Where, limit: number): string =>
  `SELECT r.position FROM feed_readers r ${conditions.sql()} ORDER BY r.position LIMIT ${limit}`;

/** Each type has an index of its own: a reader of rare events does not read all others. */
const positionsByType = (conditions: Where, limit: number, types: string): string =>
  `SELECT r.position FROM unnest(${types}::text[]) AS t(type)
   CROSS JOIN LATERAL (${positionsOf(conditions.copy().add('r.type = t.type'), limit)}) r ORDER BY r.position LIMIT ${limit}`;

@Injectable()
export class FeedQueries {
  constructor(
    private readonly database: Database,
    private readonly secrets: InstallationSecrets,
    private readonly config: NotificationConfig,
    private readonly clock: Clock,
  ) {}

  /** The next events for a reader. Throws 400 `cursor.invalid`, 410 `event_cursor.expired`. */
  async page(reader: string, query: EventFeedQuery): Promise<EventFeedDto> {
    const now = this.clock.now();
    const limit = query.limit ?? 50;
    const key = await this.secrets.get('cursor');
    const from = query.cursor === undefined ? beginning : this.admitted(readCursor<Place>(query.cursor, key, reader), now);
    const rows = await this.rows(reader, query, from, limit + 1);
    const events = rows.filter(({ body }) => body !== null).slice(0, limit);
    const hasMore = rows.length > limit;
    const to = hasMore ? Number(events.at(-1)?.position) : endOf(rows, query);
    const next = to < from.after ? from : { after: to, at: placedAt(to, rows, now) };
    pages.inc({ service: this.database.service, outcome: events.length > 0 ? 'events' : 'empty' });
    return {
      items: events.map(({ body }) => JSON.parse(body ?? '') as EventDto),
      nextCursor: writeCursor(next, key, reader),
      hasMore,
    };
  }

  /** Refuses a cursor if events after it may have been deleted. */
  private admitted(place: Place, now: Date): Place {
    const oldest = keptSince(now, this.config.feedDays);
    if (place.at >= oldest.getTime()) return place;
    pages.inc({ service: this.database.service, outcome: 'expired' });
    throw new FeedCursorExpired(this.config.feedDays, oldest);
  }

  /** In one statement, so that the end of the feed belongs to the events that are seen. */
  private rows(reader: string, { type: types, since, until }: EventFeedQuery, { after }: Place, limit: number): Promise<Row[]> {
    const conditions = where()
      .equal('r.reader', reader)
      .add('r.position > ?', after)
      .add('r.position >= ?', since && positionAt(new Date(since)))
      .add('r.position < ?', until && positionAt(new Date(until)));
    const values = [...conditions.values, ...(types ? [types] : [])];
    const found = types ? positionsByType(conditions, limit, `$${values.length}`) : positionsOf(conditions, limit);
    return this.database.query<Row[]>(
      `SELECT f.position AS "end", e.position, e.body FROM (SELECT coalesce(max(position), 0) AS position FROM feed) f
       LEFT JOIN (${found}) r ON true LEFT JOIN feed_events e ON e.position = r.position ORDER BY e.position`,
      values,
    );
  }
}

/** A page that is not full has everything up to the end of the feed, or of the asked time. */
function endOf(rows: readonly Row[], { until }: EventFeedQuery): FeedPosition {
  const end = Number(rows[0]?.end ?? 0);
  return until === undefined ? end : Math.min(end, positionAt(new Date(until)) - 1);
}

/** At the end of the feed the reader has everything until now, however old the last event is. */
const placedAt = (position: FeedPosition, [row]: readonly Row[], now: Date): number =>
  (position === Number(row?.end ?? 0) ? now : instantOf(position)).getTime();
