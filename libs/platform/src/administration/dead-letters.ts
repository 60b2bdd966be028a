import { DomainError, NotFound } from '@ciep/kernel';
import { auditEntry } from '../aggregates/audit-entry.js';
import type { Database, Tx } from '../database/database.js';
import { where, type Where } from '../database/where.js';
import { HttpRefusal } from '../http/refusal.js';
import type { Inbox } from '../messaging/inbox.js';
import { sendDeadLettersAgain, skipOutgoing } from '../messaging/outbox-table.js';
import type { DeadLetterFilterDto, Direction } from './dead-letters.dto.js';

/** The row is no dead letter, or still has an unknown type. */
class DeadLetterNotOpen extends DomainError {
  constructor(id: string) {
    super(
      'conflict',
      'dead_letter.not_open',
      { zh: '此事件不是死信，或本版本仍不认识其类型。', en: 'This event is not dead-lettered, or no reaction knows its type yet.' },
      { id },
    );
  }
}

/** How many dead letters one transaction replays. */
const mostAtOnce = 1_000;

/** Both kinds as one list; PostgreSQL pushes the filters into both halves, each of which has an index. */
export const deadLettersSql = `(
  SELECT 'in-' || id AS id, 'incoming' AS direction, reaction, NULL AS topic, type, key, event, tries, last_error, received_at AS since
    FROM inbox WHERE status = 'dead_lettered'
  UNION ALL
  SELECT 'out-' || id, 'outgoing', NULL, topic, type, key, event, attempts, last_error, dead_lettered_at
    FROM outbox WHERE dead_lettered_at IS NOT NULL AND skipped_at IS NULL) AS dead_letters`;

/** The conditions of a filter, for {@link deadLettersSql}. */
export const conditionsOf = ({ direction, type, reaction, topic }: DeadLetterFilterDto): Where =>
  where().equal('direction', direction).equal('type', type).equal('reaction', reaction).equal('topic', topic);

const idOf = /^(in|out)-(\d{1,18})$/;

/** Replays and skips dead letters, with audit entries in the same transaction. */
export class DeadLetters {
  constructor(
    private readonly database: Database,
    private readonly inbox: Inbox,
  ) {}

  /** Replays one. Throws `dead_letter.not_found` and `dead_letter.not_open`. */
  async replay(tx: Tx, id: string): Promise<void> {
    const { direction, row } = read(id);
    const filter = where().equal('id', row);
    const eventIds = await (direction === 'incoming' ? this.inbox.replay(tx, filter, 1) : sendDeadLettersAgain(tx, filter, 1));
    if (eventIds.length === 0) return refuse(tx, id);
    await this.audit(tx, direction, eventIds, 'waiting');
  }

  /** Replays many, incoming ones first, the oldest of each direction first. */
  async replayAll(tx: Tx, filter: DeadLetterFilterDto, limit = mostAtOnce): Promise<{ replayed: number; remaining: number }> {
    const { direction, type, reaction, topic } = filter;
    const hasIncoming = direction !== 'outgoing' && topic === undefined;
    const hasOutgoing = direction !== 'incoming' && reaction === undefined;
    const incoming = hasIncoming ? await this.inbox.replay(tx, where().equal('type', type).equal('reaction', reaction), limit) : [];
    const left = limit - incoming.length;
    const outgoing = hasOutgoing && left > 0 ? await sendDeadLettersAgain(tx, where().equal('type', type).equal('topic', topic), left) : [];
    await this.audit(tx, 'incoming', incoming, 'waiting');
    await this.audit(tx, 'outgoing', outgoing, 'waiting');
    const conditions = conditionsOf(filter);
    const [row] = await tx.query<{ remaining: number }[]>(
      `SELECT count(*)::int AS remaining FROM ${deadLettersSql} ${conditions.sql()}`,
      conditions.values,
    );
    return { replayed: incoming.length + outgoing.length, remaining: row?.remaining ?? 0 };
  }

  /** Skips one and records the reason. Throws as {@link replay} does. */
  async skip(tx: Tx, id: string, reason: string): Promise<void> {
    const { direction, row } = read(id);
    const eventId = await (direction === 'incoming' ? this.inbox.skip(tx, row, reason) : skipOutgoing(tx, row, reason));
    if (eventId === undefined) return refuse(tx, id);
    await this.audit(tx, direction, [eventId], 'skipped', reason);
  }

  private async audit(
    tx: Tx,
    direction: Direction,
    eventIds: readonly string[],
    became: 'waiting' | 'skipped',
    reason?: string,
  ): Promise<void> {
    const changes = [
      { column: 'status', before: 'dead_lettered', after: became },
      ...(reason === undefined ? [] : [{ column: 'reason', before: null, after: reason }]),
    ];
    const entries = eventIds.map(aggregate_id => ({
      ...auditEntry(this.database.clock.now(), `${direction}_dead_letter`, [], changes, []),
      aggregate_id,
      aggregate_version: 1,
    }));
    await tx.query(`INSERT INTO audit_entries SELECT * FROM jsonb_populate_recordset(NULL::audit_entries, $1::jsonb)`, [
      JSON.stringify(entries),
    ]);
  }
}

function read(id: string): { direction: Direction; row: string } {
  const [, prefix, row] = idOf.exec(id) ?? [];
  if (row !== undefined) return { direction: prefix === 'in' ? 'incoming' : 'outgoing', row };
  throw new HttpRefusal({
    status: 400,
    code: 'id.malformed',
    text: { zh: '编号格式不正确。', en: 'The id in the address is not that of a dead letter: in-<number> or out-<number>.' },
  });
}

async function refuse(tx: Tx, id: string): Promise<never> {
  const { direction, row } = read(id);
  const [found] = await tx.query<unknown[]>(`SELECT 1 FROM ${direction === 'incoming' ? 'inbox' : 'outbox'} WHERE id = $1`, [row]);
  throw found === undefined ? new NotFound('dead_letter', id) : new DeadLetterNotOpen(id);
}
