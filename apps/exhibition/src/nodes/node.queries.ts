import type { AreaType } from '@ciep/contracts';
import { NotFound } from '@ciep/kernel';
import { Database, select, type Principal, type Reader, type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import type { NodeUses } from './node.errors.js';
import { NodeDetailDto, NodeDto, VenueNodeDto } from './nodes.dto.js';

/** The node data that an application or a booth needs. */
export interface Board {
  readonly id: string;
  readonly editionId: string;
  readonly code: string;
  /** Booths and applications belong to leaves only. */
  readonly isLeaf: boolean;
  /** Its enterprise area needs the endorsement of a region (docs/rules.md#endorsement). */
  readonly isRegional: boolean;
  /** Its regions; empty if it is not regional. */
  readonly regionCodes: readonly string[];
  readonly areaTypes: readonly AreaType[];
}

const isLeaf = 'NOT EXISTS (SELECT 1 FROM nodes child WHERE child.parent_id = n.id)';

const boardColumns = select<Board>('n', ['id', 'editionId', 'code', 'isRegional', 'regionCodes', 'areaTypes'], { isLeaf });

const boothCounts = `(SELECT jsonb_build_object('total', count(*)::int, 'blocked', (count(*) FILTER (WHERE b.status = 'blocked'))::int, 'taken', count(a.id)::int,
    'free', (count(*) FILTER (WHERE b.status = 'available' AND a.id IS NULL))::int)
  FROM booths b LEFT JOIN allocations a ON a.booth_id = b.id AND a.is_live WHERE b.node_id = n.id)`;

/** Depth first; siblings by position, then by code. */
const inTreeOrder = (columns: string) => `
  WITH RECURSIVE tree AS (
    SELECT id, ARRAY[lpad(position::text, 3, '0') || ' ' || code] AS path FROM nodes WHERE edition_id = $1 AND parent_id IS NULL
    UNION ALL
    SELECT n.id, tree.path || (lpad(n.position::text, 3, '0') || ' ' || n.code) FROM nodes n JOIN tree ON n.parent_id = tree.id
  )
  SELECT ${columns} FROM tree JOIN nodes n ON n.id = tree.id ORDER BY tree.path`;

@Injectable()
export class NodeQueries {
  constructor(private readonly database: Database) {}

  /** All nodes of an edition, parents before children. */
  list(editionId: string): Promise<NodeDto[]> {
    return this.database.query<NodeDto[]>(inTreeOrder(select('n', NodeDto, { isLeaf })), [editionId]);
  }

  /** The same for the organizer, with responsible units and booth counts. */
  venue(editionId: string): Promise<VenueNodeDto[]> {
    return this.database.query<VenueNodeDto[]>(inTreeOrder(select('n', VenueNodeDto, { isLeaf, booths: boothCounts })), [editionId]);
  }

  /** One node with its responsible units. Throws `NotFound`, for the public also while the edition is not published. */
  async detail(id: string, { onlyPublished }: { onlyPublished: boolean }, reader: Reader = this.database): Promise<NodeDetailDto> {
    const [node] = await reader.query<NodeDetailDto[]>(
      `SELECT ${select('n', NodeDetailDto, { isLeaf })} FROM nodes n
       WHERE n.id = $1 AND (NOT $2 OR EXISTS (SELECT 1 FROM known_editions e WHERE e.id = n.edition_id AND e.published))`,
      [id, onlyPublished],
    );
    if (!node) throw new NotFound('node', id);
    return node;
  }

  /** The node of an application; undefined if there is none. */
  async board(id: string, reader: Reader = this.database): Promise<Board | undefined> {
    const [board] = await this.boards([id], reader);
    return board;
  }

  boards(ids: readonly string[], reader: Reader = this.database): Promise<Board[]> {
    return reader.query<Board[]>(`SELECT ${boardColumns} FROM nodes n WHERE n.id = ANY($1)`, [ids]);
  }

  /** Ids of the nodes that the caller's organisation undertakes (承办); not inherited along the tree (docs/rules.md#undertakers). */
  async undertakenBoards(principal: Principal, reader: Reader = this.database): Promise<string[]> {
    if (principal.organisationId === undefined) return [];
    const rows = await reader.query<{ id: string }[]>('SELECT id FROM nodes WHERE responsibilities @> $1::jsonb', [
      JSON.stringify([{ role: 'undertake', organisationId: principal.organisationId }]),
    ]);
    return rows.map(({ id }) => id);
  }

  /** The boards whose allocations the caller may see; undefined means all. */
  async visibleBoards(principal: Principal): Promise<string[] | undefined> {
    const seesAll = principal.may('all_applications:read') || principal.may('booth:write');
    return seesAll ? undefined : this.undertakenBoards(principal);
  }

  async isCodeTaken(editionId: string, code: string, reader: Reader, except: string | null = null): Promise<boolean> {
    const rows = await reader.query('SELECT 1 FROM nodes WHERE edition_id = $1 AND code = $2 AND id IS DISTINCT FROM $3', [
      editionId,
      code,
      except,
    ]);
    return rows.length > 0;
  }

  /** Those of the given regions that belong to another node of the edition (docs/rules.md#regions). */
  async regionsTaken(editionId: string, regionCodes: readonly string[], reader: Reader, except: string | null = null): Promise<string[]> {
    const rows = await reader.query<{ code: string }[]>(
      `SELECT DISTINCT region.code FROM nodes n, unnest(n.region_codes) AS region (code)
       WHERE n.edition_id = $1 AND region.code = ANY($2) AND n.id IS DISTINCT FROM $3 ORDER BY region.code`,
      [editionId, regionCodes, except],
    );
    return rows.map(({ code }) => code);
  }

  /** The position after the last child, at most the largest possible one. */
  async nextPosition(editionId: string, parentId: string | null, reader: Reader): Promise<number> {
    const [row] = await reader.query<{ next: number }[]>(
      'SELECT least(coalesce(max(position), 0) + 1, 999) AS next FROM nodes WHERE edition_id = $1 AND parent_id IS NOT DISTINCT FROM $2',
      [editionId, parentId],
    );
    return row?.next ?? 1;
  }

  async uses(id: string, reader: Reader): Promise<NodeUses> {
    const [uses] = await reader.query<NodeUses[]>(
      `SELECT (SELECT count(*)::int FROM nodes WHERE parent_id = $1) AS children, (SELECT count(*)::int FROM booths WHERE node_id = $1) AS booths,
              (SELECT count(*)::int FROM applications WHERE board_id = $1) AS applications`,
      [id],
    );
    return uses ?? { children: 0, booths: 0, applications: 0 };
  }

  async areasOfBooths(id: string, reader: Reader): Promise<AreaType[]> {
    const rows = await reader.query<{ areaType: AreaType }[]>('SELECT DISTINCT area_type AS "areaType" FROM booths WHERE node_id = $1', [
      id,
    ]);
    return rows.map(({ areaType }) => areaType);
  }

  /** Whether a node is equal to another one or below it. */
  async isBelow(id: string, ancestorId: string, reader: Reader): Promise<boolean> {
    const rows = await reader.query(
      `WITH RECURSIVE up AS (SELECT id, parent_id FROM nodes WHERE id = $1 UNION ALL SELECT n.id, n.parent_id FROM nodes n JOIN up ON n.id = up.parent_id)
       SELECT 1 FROM up WHERE id = $2`,
      [id, ancestorId],
    );
    return rows.length > 0;
  }

  /** Blocks new references to the node until the transaction ends, so that "nothing belongs to it" stays true. */
  async lockAgainstReferences(id: string, tx: Tx): Promise<void> {
    await tx.query('SELECT 1 FROM nodes WHERE id = $1 FOR UPDATE', [id]);
  }

  async hasNodes(editionId: string, reader: Reader = this.database): Promise<boolean> {
    const rows = await reader.query('SELECT 1 FROM nodes WHERE edition_id = $1 LIMIT 1', [editionId]);
    return rows.length > 0;
  }
}
