import { seeds } from '@ciep/contracts';
import { Database, type Finder, type Tx } from '@ciep/platform';
import { CreateBooths } from '../booths/create-booths.use-case.js';
import { CloneVenue } from '../editions/clone-venue.use-case.js';
import { CreateNode } from '../nodes/create-node.use-case.js';
import { NodeQueries } from '../nodes/node.queries.js';
import { inventedBooths } from './edition21/booths.js';
import { pavilions, type PlannedNode } from './edition21/nodes.js';

/** The venue of the 21st edition, and its clone in the demo edition; each is loaded once. */
export async function seedExhibition(get: Finder): Promise<void> {
  const nodes = get(NodeQueries);
  await get(Database).transaction(async tx => {
    // Hundreds of rows take longer than a request may on a slow machine; there are no readers yet.
    await tx.query('SET LOCAL transaction_timeout = 0');
    await expectEditions(tx);
    if (!(await nodes.hasNodes(seeds.edition21, tx))) await plant(get, tx, pavilions, { parentId: null, code: '' });
    if (!(await nodes.hasNodes(seeds.demoEdition, tx))) {
      await get(CloneVenue).execute({ sourceEditionId: seeds.edition21, targetEditionId: seeds.demoEdition }, tx);
    }
  });
}

/** Conference publishes both editions, perhaps after this service starts; until then they exist here unpublished. */
async function expectEditions(tx: Tx): Promise<void> {
  await tx.query('INSERT INTO known_editions (id, aggregate_version) VALUES ($1, 0), ($2, 0) ON CONFLICT DO NOTHING', [
    seeds.edition21,
    seeds.demoEdition,
  ]);
}

async function plant(get: Finder, tx: Tx, plan: readonly PlannedNode[], above: { parentId: string | null; code: string }): Promise<void> {
  for (const [index, { kind, name, description = null, regionCodes = [], responsibilities = [], below = [] }] of plan.entries()) {
    const code = `${above.code}${index + 1}`;
    const areaTypes = below.length > 0 ? [] : regionCodes.length > 0 ? (['government', 'enterprise'] as const) : (['general'] as const);
    const id = await get(CreateNode).execute(
      { editionId: seeds.edition21, parentId: above.parentId, kind, code, name, description, areaTypes, regionCodes, responsibilities },
      tx,
    );
    await plant(get, tx, below, { parentId: id, code: `${code}.` });
    if (below.length === 0) await stock(get, tx, id, inventedBooths(code, regionCodes));
  }
}

async function stock(get: Finder, tx: Tx, nodeId: string, booths: ReturnType<typeof inventedBooths>): Promise<void> {
  await get(CreateBooths).execute(
    {
      editionId: seeds.edition21,
      booths: booths.map(booth => ({ ...booth, nodeId })),
      isInvented: true,
      pointerTo: index => `/booths/${index}`,
    },
    tx,
  );
}
