import type { BoothType } from '@ciep/contracts';
import { NotFound } from '@ciep/kernel';
import { Database, Lists, select, where, type ListDefinition, type Page, type Reader, type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { priceOf, type FeeSchedule } from './booth-price.rules.js';
import { squareMetres } from './booth.rules.js';
import { BoothDto, type BoothListQuery, VenueBoothDto } from './booths.dto.js';
import { KnownFeeSchedules } from './fee-schedules.queries.js';

const computed = {
  nodeCode: 'n.code',
  availability: `CASE WHEN a.id IS NOT NULL THEN 'taken' WHEN b.status = 'blocked' THEN 'blocked' ELSE 'free' END`,
  areaM2: null,
  price: null,
};
const columns = select('b', BoothDto, computed);
const tables = 'booths b JOIN nodes n ON n.id = b.node_id LEFT JOIN allocations a ON a.booth_id = b.id AND a.is_live';

const allocation = `CASE WHEN a.id IS NULL THEN NULL ELSE
  json_build_object('applicationId', p.id, 'applicationNumber', p.number, 'applicationStatus', p.status, 'allocatedAt', a.allocated_at) END`;
const venueColumns = select('b', VenueBoothDto, { ...computed, allocation });
const venueTables = `${tables} LEFT JOIN applications p ON p.id = a.application_id`;

// An anti-join, whose selectivity the planner estimates well. For `a.id IS NULL` it expects many rows and sorts the whole edition.
const isFree = `b.status = 'available' AND NOT EXISTS (SELECT 1 FROM allocations taken WHERE taken.booth_id = b.id AND taken.is_live)`;
const isNotFree = `(b.status <> 'available' OR a.id IS NOT NULL)`;

const onOrBelow = `b.node_id IN (WITH RECURSIVE below AS (
  SELECT id FROM nodes WHERE id = ? UNION ALL SELECT child.id FROM nodes child JOIN below ON child.parent_id = below.id) SELECT id FROM below)`;

interface Source {
  readonly select: string;
  readonly from: string;
  readonly onlyPublished: boolean;
  readonly boardIds?: readonly string[] | undefined;
}

type Unpriced<Dto extends BoothDto> = Omit<Dto, 'price' | 'areaM2'>;

@Injectable()
export class BoothQueries {
  constructor(
    private readonly database: Database,
    private readonly lists: Lists,
    private readonly fees: KnownFeeSchedules,
  ) {}

  /** Throws `NotFound` while the edition is not published. */
  list(editionId: string, query: BoothListQuery): Promise<Page<BoothDto>> {
    return this.page<BoothDto>(editionId, query, { select: columns, from: tables, onlyPublished: true });
  }

  /** With allocations, for the organizer; `boardIds` restricts the list to an undertaker's boards. Throws `NotFound`. */
  venue(editionId: string, query: BoothListQuery, boardIds: readonly string[] | undefined): Promise<Page<VenueBoothDto>> {
    return this.page<VenueBoothDto>(editionId, query, { select: venueColumns, from: venueTables, onlyPublished: false, boardIds });
  }

  /** All of them with allocations, page by page. Throws `NotFound`. */
  async *all(editionId: string, query: BoothListQuery, boardIds: readonly string[] | undefined): AsyncGenerator<VenueBoothDto[]> {
    const fees = await this.fees.inForce(editionId, { onlyPublished: false });
    const source = { select: venueColumns, from: venueTables, onlyPublished: false, boardIds };
    for await (const booths of this.lists.all<Unpriced<VenueBoothDto>>(listOf(editionId, query, source), query))
      yield booths.map(booth => priced<VenueBoothDto>(booth, fees));
  }

  /** Throws `NotFound`, to the public also while the edition is not published. */
  async detail(id: string, { onlyPublished }: { onlyPublished: boolean }): Promise<BoothDto> {
    const [booth] = await this.database.query<Unpriced<BoothDto>[]>(
      `SELECT ${columns} FROM ${tables} JOIN known_editions e ON e.id = b.edition_id AND (e.published OR NOT $2) WHERE b.id = $1`,
      [id, onlyPublished],
    );
    if (!booth) throw new NotFound('booth', id);
    return priced<BoothDto>(booth, await this.fees.inForce(booth.editionId, { onlyPublished }));
  }

  /** As the organizer sees it. Throws `NotFound`. */
  async venueDetail(id: string, reader: Reader = this.database): Promise<VenueBoothDto> {
    const [booth] = await reader.query<Unpriced<VenueBoothDto>[]>(`SELECT ${venueColumns} FROM ${venueTables} WHERE b.id = $1`, [id]);
    if (!booth) throw new NotFound('booth', id);
    return priced<VenueBoothDto>(booth, await this.fees.inForce(booth.editionId, { onlyPublished: false }, reader));
  }

  async numbersInUse(editionId: string, numbers: readonly string[], reader: Reader, except: string | null = null): Promise<string[]> {
    const rows = await reader.query<{ number: string }[]>(
      'SELECT number FROM booths WHERE edition_id = $1 AND number = ANY($2) AND id IS DISTINCT FROM $3 ORDER BY number',
      [editionId, numbers, except],
    );
    return rows.map(({ number }) => number);
  }

  async isTaken(id: string, reader: Reader): Promise<boolean> {
    return (await reader.query('SELECT 1 FROM allocations WHERE booth_id = $1 AND is_live', [id])).length > 0;
  }

  async wasAllocated(id: string, reader: Reader): Promise<boolean> {
    return (await reader.query('SELECT 1 FROM allocations WHERE booth_id = $1 LIMIT 1', [id])).length > 0;
  }

  /** Blocks new allocations of the booth until the transaction ends. */
  async lockAgainstReferences(id: string, tx: Tx): Promise<void> {
    await tx.query('SELECT 1 FROM booths WHERE id = $1 FOR UPDATE', [id]);
  }

  private async page<Dto extends BoothDto>(editionId: string, query: BoothListQuery, source: Source): Promise<Page<Dto>> {
    const fees = await this.fees.inForce(editionId, { onlyPublished: source.onlyPublished });
    const page = await this.lists.page<Unpriced<Dto>>(listOf(editionId, query, source), query);
    return { ...page, items: page.items.map(booth => priced<Dto>(booth, fees)) };
  }
}

function priced<Dto extends BoothDto>(booth: Unpriced<Dto>, fees: FeeSchedule | undefined): Dto {
  const { type, areaDm2 } = booth as unknown as { type: BoothType; areaDm2: number };
  return { ...booth, areaM2: squareMetres(areaDm2), price: priceOf({ type, areaDm2 }, fees) } as unknown as Dto;
}

const listOf = (editionId: string, query: BoothListQuery, source: Source): ListDefinition => ({
  select: source.select,
  from: source.from,
  where: where()
    .equal('b.edition_id', editionId)
    .add(onOrBelow, query.nodeId)
    .any('b.node_id', source.boardIds)
    .equal('b.hall', query.hall)
    .any('b.type', query.type)
    .any('b.area_type', query.areaType)
    .choose(query.free, { true: isFree, false: isNotFree })
    .add('b.area_dm2 >= ?', query.minAreaDm2)
    .add('b.area_dm2 <= ?', query.maxAreaDm2),
  sorts: { number: 'b.number', area: 'b.area_dm2', hall: 'b.hall', updatedAt: 'b.updated_at' },
  defaultSort: 'number',
  id: 'b.id',
});
