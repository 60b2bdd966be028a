import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { factIn, goldenFiles, sealOf, seals, type GoldenFile } from '../golden/golden-files.js';
import type { KnownFact } from './contract-facts.js';

/**
 * What is wrong with the facts as they were told: one that was changed or removed, that no code knows or accepts any more, and a
 * type whose present shape is not among them.
 */
export function goldenFactFaults(root: string, facts: readonly KnownFact[]): string[] {
  const files = goldenFiles(root);
  const sealed = seals(root);
  const gone = [...sealed.keys()].filter(path => !files.some(file => file.path === path));
  return [
    ...gone.map(path => `${path}: is gone; what was told stays told`),
    ...files.flatMap(file => faultOf(file, sealed.get(file.path), facts).map(fault => `${file.path}: ${fault}`)),
    ...facts
      .filter(fact => !isKept(root, fact, files))
      .map(({ title }) => `${title}: its example is not among its golden files, run npm run golden`),
  ].sort();
}

const typeOf = ({ service, file }: KnownFact): string => `ciep.${service}.${file}`;

function faultOf({ path, text }: GoldenFile, seal: string | undefined, facts: readonly KnownFact[]): string[] {
  if (seal === undefined) return ['is not sealed, run npm run golden instead of writing it'];
  if (seal !== sealOf(text)) return ['was changed; what was told stays told'];
  const fact = factIn(text);
  const type = facts.find(known => typeOf(known) === fact?.type && path.startsWith(`${known.service}/${known.file}.`));
  if (!fact || !type) return ['no code knows its type any more'];
  const refusal = type.refusal(fact.data);
  return refusal === undefined ? [] : [`does not fit any more: ${refusal}`];
}

function isKept(root: string, known: KnownFact, files: readonly GoldenFile[]): boolean {
  const example: unknown = JSON.parse(readFileSync(join(root, `libs/contracts/src/${known.service}/examples/${known.file}.json`), 'utf8'));
  return files.some(({ text }) => {
    const fact = factIn(text);
    return fact?.type === typeOf(known) && isDeepStrictEqual(fact.data, example);
  });
}
