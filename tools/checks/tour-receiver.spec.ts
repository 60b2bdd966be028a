import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { tourReceiver } from '../tour/webhook-receiver.js';

it('npm start admits the receiver of npm run tour, which npm run services takes from the tour itself', () => {
  const main = readFileSync(join(import.meta.dirname, '../../apps/all-in-one/src/main.ts'), 'utf8');
  expect(main).toContain(`const tourReceiver = '${tourReceiver.host}:${tourReceiver.port}'`);
});
