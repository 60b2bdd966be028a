import { eventCatalogue } from '@ciep/contracts';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { catalogue, cataloguePath } from '../catalogue/catalogue.js';
import { committableFiles, type SourceFile } from '../checks/tree.js';
import { staleCopies } from './freshness.js';

const command = 'npm run catalogue';
const stale = (files: readonly SourceFile[], text: string) => staleCopies(files, cataloguePath, new Map([[cataloguePath, text]]), command);
let files: SourceFile[];
let generated: string;

beforeAll(async () => {
  files = committableFiles();
  generated = await catalogue(files);
});

describe('the catalogue of events', () => {
  it('is committed as generated from contracts and reactions', () => {
    expect(stale(files, generated)).toEqual([]);
  });

  it('has an example of every event', () => {
    expect(generated.match(/^```json\n\{/gm)).toHaveLength(eventCatalogue.size);
  });

  it('is stale after an edit, or after a new reaction', async () => {
    const changed = { path: cataloguePath, text: () => generated.replace('# Events', '# Facts') };
    expect(stale([changed], generated)).toEqual(['docs/events.md differs from the code in line 1: npm run catalogue']);

    const listener = {
      path: 'apps/forum/src/rooms/free-room-when-invoice-overdue.reaction.ts',
      text: () => 'export class FreeRoomWhenInvoiceOverdue {\n  @ReactsTo(invoiceOverdue)\n',
    };
    const withListener = await catalogue([...files, listener]);
    expect(withListener).toContain('forum `FreeRoomWhenInvoiceOverdue`');
    expect(stale(files, withListener)).toEqual([
      expect.stringMatching(/^docs\/events[.]md differs from the code in line \d+: npm run catalogue$/),
    ]);
  });
});
