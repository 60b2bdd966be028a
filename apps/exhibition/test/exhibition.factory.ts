import { editionChanged, feeSchedulePublished, milestoneSet, type AreaType, type BoothType } from '@ciep/contracts';
import { newId } from '@ciep/kernel';
import type { Api, TestService } from '@ciep/testing';

/** The organizer, who may do everything in the venue. */
export const organizerOf = (service: TestService): Api => service.as({ roles: ['shenzhen_working_group'] });

/** Publishes an edition as conference, optionally with an application deadline. Returns its id. */
export async function anEdition(
  service: TestService,
  options: { id?: string; code?: string; published?: boolean; deadline?: string } = {},
): Promise<string> {
  const { id = newId(), code = '21', published = true, deadline } = options;
  await service.receive(editionChanged, { editionId: id, ordinal: 21, code, startsOn: '2023-04-15', endsOn: '2023-04-16', published });
  if (deadline !== undefined) {
    await service.receive(milestoneSet, { milestoneId: newId(), editionId: id, kind: 'exhibition_application_deadline', at: deadline });
  }
  return id;
}

/** Publishes fees as billing: 12,000 yuan a standard booth, 14,000 a corner booth, 1,000 a square metre of raw space, 6 % tax. */
export async function fees(service: TestService, editionId: string, inForceFrom = '2023-01-01T00:00:00+08:00'): Promise<void> {
  await service.receive(feeSchedulePublished, {
    feeScheduleId: newId(),
    editionId,
    inForceFrom,
    currency: 'CNY',
    taxBasisPoints: 600,
    lines: [
      { boothType: 'standard', unit: 'booth', amount: 1_200_000 },
      { boothType: 'corner', unit: 'booth', amount: 1_400_000 },
      { boothType: 'raw_space', unit: 'square_metre', amount: 100_000 },
    ],
  });
}

let codes = 0;
let booths = 0;
let applications = 0;
/** A part of a node's code that is unique in this test file. */
export const nextCode = (): number => (codes += 1);

interface NodeBody {
  readonly kind?: string;
  readonly code?: string;
  readonly parentId?: string | null;
  readonly regionCodes?: readonly string[];
  readonly areaTypes?: readonly AreaType[];
  readonly responsibilities?: readonly object[];
  readonly position?: number;
  readonly name?: object;
}

/** The body of a new node: by default a pavilion with a general area. */
export const nodeBody = (editionId: string, body: NodeBody = {}) => ({
  editionId,
  kind: 'pavilion',
  code: String(nextCode()),
  name: { zh: '综合馆', en: 'Comprehensive pavilion' },
  areaTypes: body.regionCodes ? ['government', 'enterprise'] : ['general'],
  ...body,
});

/** Creates a node as the organizer; returns its id. */
export async function aNode(service: TestService, editionId: string, body: NodeBody = {}): Promise<string> {
  return created(await organizerOf(service).post('/v1/exhibition/nodes', nodeBody(editionId, body)));
}

/** A pavilion with one regional board (Liaoning and Jilin) and one general board. */
export async function aVenue(
  service: TestService,
  editionId: string,
): Promise<{ pavilionId: string; regionalId: string; generalId: string }> {
  const pavilionId = await aNode(service, editionId, { areaTypes: [] });
  const below = { kind: 'board', parentId: pavilionId };
  const regionalId = await aNode(service, editionId, { ...below, code: `1.${nextCode()}`, regionCodes: ['210000', '220000'] });
  const generalId = await aNode(service, editionId, { ...below, code: `1.${nextCode()}` });
  return { pavilionId, regionalId, generalId };
}

interface BoothBody {
  readonly number?: string;
  readonly type?: BoothType;
  readonly areaType?: AreaType;
  readonly areaDm2?: number;
  readonly widthDm?: number | null;
  readonly depthDm?: number | null;
  readonly hall?: number;
  readonly floor?: number;
}

/** The body of a new booth: by default standard, 9 m², in the general area of hall 2. */
export const boothBody = (nodeId: string, body: BoothBody = {}) => ({
  nodeId,
  number: `2A-${String((booths += 1)).padStart(3, '0')}`,
  type: 'standard',
  areaType: 'general',
  areaDm2: 900,
  hall: 2,
  ...body,
});

/** Creates a booth as the organizer; returns its id. */
export async function aBooth(service: TestService, editionId: string, nodeId: string, body: BoothBody = {}): Promise<string> {
  return created(await organizerOf(service).post('/v1/exhibition/booths', { editionId, ...boothBody(nodeId, body) }));
}

/** Allocates a booth directly in the database: an application with a live allocation, or with one that was freed again. */
export async function anAllocation(
  service: TestService,
  editionId: string,
  boardId: string,
  boothId: string,
  live = true,
): Promise<{ applicationId: string }> {
  const applicationId = await anApplication(service, editionId, boardId);
  await service.query(
    `INSERT INTO allocations (id, application_id, booth_id, is_live, allocated_at, freed_at, freed_reason) VALUES ($1, $2, $3, $4, now(), $5, $6)`,
    [newId(), applicationId, boothId, live, live ? null : new Date(), live ? null : 'organizer'],
  );
  return { applicationId };
}

/** Inserts a submitted application directly into the database. */
export async function anApplication(service: TestService, editionId: string, boardId: string): Promise<string> {
  const id = newId();
  await service.query(
    `INSERT INTO applications (id, version, edition_id, organisation_id, board_id, number, status, is_handed_in, is_late, exhibits, corrections, timeline, submitted_at)
     VALUES ($1, 1, $2, $3, $4, $5, 'submitted', true, false, '[]', '[]', '[]', now())`,
    [id, editionId, newId(), boardId, `21-${String((applications += 1)).padStart(4, '0')}`],
  );
  return id;
}

function created(response: { status: number; body: unknown }): string {
  if (response.status !== 201) throw new Error(`not created: ${JSON.stringify(response.body)}`);
  return (response.body as { id: string }).id;
}
