import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { tourReceiver } from '../tour/webhook-receiver.js';

it("npm start allows the webhook receiver of npm run tour, and npm run services uses the tour's own constant", () => {
  const main = readFileSync(join(import.meta.dirname, '../../apps/all-in-one/src/main.ts'), 'utf8');
  expect(main).toContain(`const tourReceiver = '${tourReceiver.host}:${tourReceiver.port}'`);
});
