import { newId } from '@ciep/kernel';
import { type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { KnownEditions } from './known-editions.queries.js';
import { SourceVenueEmpty, VenueNotEmpty } from './venue.errors.js';

/** The number of copied rows. */
export interface ClonedVenue {
  readonly nodes: number;
  readonly booths: number;
}

/** Copies nodes, responsible units and booths of an edition into one without any, so that last year's venue becomes the first draft. */
@Injectable()
export class CloneVenue {
  constructor(private readonly editions: KnownEditions) {}

  async execute({ sourceEditionId, targetEditionId }: { sourceEditionId: string; targetEditionId: string }, tx: Tx): Promise<ClonedVenue> {
    await this.editions.mustBeKnown(sourceEditionId, tx);
    await this.editions.lockVenue(targetEditionId, tx);
    const [there] = await tx.query<unknown[]>('SELECT 1 FROM nodes WHERE edition_id = $1 LIMIT 1', [targetEditionId]);
    if (there) throw new VenueNotEmpty(targetEditionId);
    const nodes = await this.renamed('SELECT id FROM nodes WHERE edition_id = $1', sourceEditionId, tx);
    if (nodes.length === 0) throw new SourceVenueEmpty(sourceEditionId);
    const booths = await this.renamed('SELECT id FROM booths WHERE edition_id = $1', sourceEditionId, tx);
    await tx.query(
      `WITH copies AS (SELECT * FROM jsonb_to_recordset($1::jsonb) AS c(source uuid, copy uuid))
       INSERT INTO nodes (id, version, edition_id, parent_id, kind, code, position, name, description, area_types, region_codes, responsibilities)
       SELECT c.copy, 1, $2, above.copy, n.kind, n.code, n.position, n.name, n.description, n.area_types, n.region_codes, n.responsibilities
       FROM copies c JOIN nodes n ON n.id = c.source LEFT JOIN copies above ON above.source = n.parent_id`,
      [JSON.stringify(nodes), targetEditionId],
    );
    await tx.query(
      `INSERT INTO booths (id, version, edition_id, node_id, number, hall, floor, type, area_type, area_dm2, width_dm, depth_dm, status, blocked_reason, is_invented)
       SELECT c.copy, 1, $3, node.copy, b.number, b.hall, b.floor, b.type, b.area_type, b.area_dm2, b.width_dm, b.depth_dm, b.status, b.blocked_reason, b.is_invented
       FROM jsonb_to_recordset($1::jsonb) AS c(source uuid, copy uuid) JOIN booths b ON b.id = c.source
       JOIN jsonb_to_recordset($2::jsonb) AS node(source uuid, copy uuid) ON node.source = b.node_id`,
      [JSON.stringify(booths), JSON.stringify(nodes), targetEditionId],
    );
    return { nodes: nodes.length, booths: booths.length };
  }

  private async renamed(idsOf: string, editionId: string, tx: Tx): Promise<{ source: string; copy: string }[]> {
    const rows = await tx.query<{ id: string }[]>(idsOf, [editionId]);
    return rows.map(({ id }) => ({ source: id, copy: newId() }));
  }
}
