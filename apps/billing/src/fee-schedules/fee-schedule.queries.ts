import { NotFound } from '@ciep/kernel';
import { Database, Lists, select, where, type Page, type Reader } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { FeeScheduleDto, type FeeSchedulesQuery, FeesInForceDto } from './fee-schedules.dto.js';

const lines = `(SELECT jsonb_agg(jsonb_build_object('boothType', line->'boothType', 'unit', line->'unit',
    'net', jsonb_build_object('amount', line->'amount', 'currency', f.currency)) ORDER BY place)
  FROM jsonb_array_elements(f.lines) WITH ORDINALITY AS l(line, place))`;
const inForce = select('f', FeesInForceDto, { lines });
const all = select('f', FeeScheduleDto, { lines });

@Injectable()
export class FeeScheduleQueries {
  constructor(
    private readonly database: Database,
    private readonly lists: Lists,
  ) {}

  list(query: FeeSchedulesQuery): Promise<Page<FeeScheduleDto>> {
    return this.lists.page<FeeScheduleDto, FeeSchedulesQuery>(
      {
        select: all,
        from: 'fee_schedules f',
        where: where().any('f.edition_id', query.editionId).any('f.status', query.status),
        sorts: { createdAt: 'f.created_at', updatedAt: 'f.updated_at' },
        defaultSort: '-createdAt',
        id: 'f.id',
        updatedAt: 'f.updated_at',
      },
      query,
    );
  }

  async one(id: string, reader: Reader = this.database): Promise<FeeScheduleDto> {
    const [row] = await reader.query<FeeScheduleDto[]>(`SELECT ${all} FROM fee_schedules f WHERE f.id = $1`, [id]);
    if (!row) throw new NotFound('fee_schedule', id);
    return row;
  }

  /** The prices in force at an instant. */
  async inForceAt(editionId: string, at: Date): Promise<FeesInForceDto> {
    const [row] = await this.database.query<FeesInForceDto[]>(
      `SELECT ${inForce} FROM fee_schedules f WHERE f.edition_id = $1 AND f.status = 'published' AND f.in_force_from <= $2 ORDER BY f.in_force_from DESC LIMIT 1`,
      [editionId, at],
    );
    if (!row) throw new NotFound('fee_schedule', editionId);
    return row;
  }
}
