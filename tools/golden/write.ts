// Stores events as they are published today, so that later releases are tested with them: npm run golden. It adds a sealed file for each
// event type whose example is not among its golden files yet; sealed files are never rewritten.
import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { contractEvents } from '../checks/contract-events.js';
import { eventIn, goldenFiles, goldenFolder, numberIn, sealFile, sealOf, type GoldenEvent } from './golden-files.js';

const root = process.cwd();
const known = goldenFiles(root).map(({ path, text }) => ({ path, event: eventIn(text) }));

/** A deterministic id. */
const idOf = (name: string): string =>
  createHash('sha256')
    .update(name)
    .digest('hex')
    .replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-8$3-8$4-$5');

for (const { service, file } of contractEvents()) {
  const data = JSON.parse(readFileSync(join(root, `libs/contracts/examples/${service}/${file}.json`), 'utf8')) as GoldenEvent['data'];
  const type = `ciep.${service}.${file}`;
  const earlier = known.filter(({ event }) => event?.type === type);
  if (earlier.some(({ event }) => isDeepStrictEqual(event?.data, data))) continue;
  const number = Math.max(0, ...earlier.map(({ path }) => numberIn(path))) + 1;
  const path = `${service}/${file}.${String(number).padStart(2, '0')}.json`;
  const aggregate = `${file.split('.')[0]?.replaceAll(/_[a-z]/g, part => part.slice(1).toUpperCase())}Id`;
  const event = {
    specversion: '1.0',
    id: idOf(path),
    source: `/${service}`,
    type,
    subject: data[aggregate] ?? idOf(type),
    time: '2023-03-01T01:00:00.000Z',
    datacontenttype: 'application/json',
    aggregateversion: 1,
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    correlationid: idOf('correlation'),
    data,
  };
  const text = `${JSON.stringify(event, null, 2)}\n`;
  mkdirSync(dirname(join(root, goldenFolder, path)), { recursive: true });
  writeFileSync(join(root, goldenFolder, path), text, { flag: 'wx' });
  appendFileSync(join(root, sealFile), `${sealOf(text)}  ${path}\n`);
  console.log(path);
}
