import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { eventIn, goldenFiles, sealOf, seals, type GoldenFile } from '../golden/golden-files.js';
import type { KnownEvent } from './contract-events.js';

/**
 * The faults of the stored events: one that was changed or removed, one that the code no longer knows or accepts, and a type without its
 * present schema among them.
 */
export function goldenEventFaults(root: string, events: readonly KnownEvent[]): string[] {
  const files = goldenFiles(root);
  const sealed = seals(root);
  const gone = [...sealed.keys()].filter(path => !files.some(file => file.path === path));
  return [
    ...gone.map(path => `${path}: is gone; stored events must stay as they are`),
    ...files.flatMap(file => faultOf(file, sealed.get(file.path), events).map(fault => `${file.path}: ${fault}`)),
    ...events
      .filter(event => !isKept(root, event, files))
      .map(({ title }) => `${title}: its example is not among its golden files, run npm run golden`),
  ].sort();
}

const typeOf = ({ service, file }: KnownEvent): string => `ciep.${service}.${file}`;

function faultOf({ path, text }: GoldenFile, seal: string | undefined, events: readonly KnownEvent[]): string[] {
  if (seal === undefined) return ['is not sealed, run npm run golden instead of writing it'];
  if (seal !== sealOf(text)) return ['was changed; stored events must stay as they are'];
  const event = eventIn(text);
  const type = events.find(known => typeOf(known) === event?.type && path.startsWith(`${known.service}/${known.file}.`));
  if (!event || !type) return ['no code knows its type any more'];
  const refusal = type.refusal(event.data);
  return refusal === undefined ? [] : [`does not fit any more: ${refusal}`];
}

function isKept(root: string, known: KnownEvent, files: readonly GoldenFile[]): boolean {
  const example: unknown = JSON.parse(readFileSync(join(root, `libs/contracts/examples/${known.service}/${known.file}.json`), 'utf8'));
  return files.some(({ text }) => {
    const event = eventIn(text);
    return event?.type === typeOf(known) && isDeepStrictEqual(event.data, example);
  });
}
