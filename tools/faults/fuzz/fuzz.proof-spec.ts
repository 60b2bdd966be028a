import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiDocument } from '../../../apps/all-in-one/test/operations.js';
import { fuzz, FuzzStage } from './fuzz.js';

/** The same requests each time; `npm run faults -- --only fuzz --seed …` draws others, and far more. */
const seed = 20_230_324;

let stage: FuzzStage;
beforeAll(async () => {
  stage = await FuzzStage.open();
});
afterAll(() => stage.close(), 60_000);

describe('the API compared with its own document', () => {
  it('conforms to it for random requests at every operation', async () => {
    const { complaints, operations, requests, busy, answers } = await fuzz(stage, { each: 4, seed });
    expect(complaints).toEqual([]);
    expect(operations).toBeGreaterThan(130);
    expect(requests).toBeGreaterThan(8 * operations);
    expect(busy).toBeLessThan(requests / 100);
    expect((answers['200'] ?? 0) + (answers['201'] ?? 0)).toBeGreaterThan(operations / 2);
  });

  it('is reported if it answers with an undocumented field or status', async () => {
    const doctored = structuredClone(stage.prober.document) as ApiDocument & {
      components: { schemas: { ExhibitionBoothDto: { properties: Record<string, unknown> } } };
      paths: Record<string, Record<string, { responses: Record<string, unknown> }>>;
    };
    delete doctored.components.schemas.ExhibitionBoothDto.properties['areaM2'];
    const only = new Set(['get /v1/exhibition/booths/{id}', 'post /v1/exhibition/waivers']);
    delete doctored.paths['/v1/exhibition/waivers']?.['post']?.responses['422'];
    const { complaints } = await fuzz(stage, { each: 20, seed, document: doctored, only: ({ name }) => only.has(name) });
    expect(complaints.some(complaint => complaint.includes('must NOT have additional properties'))).toBe(true);
    expect(complaints.some(complaint => complaint.includes('the status is not in the document'))).toBe(true);
  });
});
