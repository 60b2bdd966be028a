/**
 * How a queue shares its places, so that one receiver's slowness or backlog delays nobody else. The table needs an index on owner,
 * lane, `due_at, id` of its `waiting` rows, and one each on owner and lane of its rows with a lease.
 */
export interface Turns {
  /** A column. Owners take turns, however much is due to each. */
  readonly owner: string;
  /** A column; rows with the same value belong to one owner and are sent one at a time, the oldest first. */
  readonly lane: string;
  /** How many rows of an owner all instances together send at a time. */
  readonly places: number;
}

/** The first key before every other. */
export const noTurnYet = '00000000-0000-0000-0000-000000000000';

/** The distinct values of a column among waiting rows, in order. Each costs one index probe, however many rows have it. */
const valuesOf = (cte: string, table: string, column: string, condition: string): string => {
  const next = (after: string) =>
    `(SELECT ${column} AS key FROM ${table} WHERE status = 'waiting' AND ${condition} ${after} ORDER BY ${column} LIMIT 1)`;
  return `${cte} AS (${next('')} UNION ALL SELECT ${next(`AND ${column} > ${cte}.key`)} FROM ${cte} WHERE ${cte}.key IS NOT NULL)`;
};

/**
 * Locks the row whose turn it is ($1: now, $3: the owner who had the last turn): of the next owner with a free place, the oldest row of one
 * of its idle lanes, drawn by lot. It reads a row or two per owner and lane until it finds one, and no other row of a backlog.
 */
export function fairDueSql(table: string, { owner, lane, places }: Turns, join: string, ready: string): string {
  const isRunning = (column: string, key: string) => `${table} r WHERE r.${column} = ${key} AND r.leased_until > clock_timestamp()`;
  return `WITH RECURSIVE ${valuesOf('ahead', table, owner, `${owner} > $3`)}, ${valuesOf('behind', table, owner, `${owner} <= $3`)}
    SELECT head.id FROM (SELECT key FROM ahead UNION ALL SELECT key FROM behind) turn CROSS JOIN LATERAL (
      WITH RECURSIVE ${valuesOf('lane', table, lane, `${owner} = turn.key`)}
      SELECT q.id FROM lane CROSS JOIN LATERAL (
        SELECT * FROM ${table} WHERE status = 'waiting' AND ${owner} = turn.key AND ${lane} = lane.key AND due_at <= $1
        ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED) q ${join}
      WHERE ${ready} AND NOT EXISTS (SELECT 1 FROM ${isRunning(lane, 'lane.key')}) ORDER BY random() LIMIT 1) head
    WHERE (SELECT count(*) FROM ${isRunning(owner, 'turn.key')}) < ${places} LIMIT 1`;
}
