import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KnownFact } from './contract-facts.js';

/** Facts without a fitting example, and examples without a fact, in libs/contracts below a root folder. */
export function factExampleFaults(root: string, facts: readonly KnownFact[]): string[] {
  const source = join(root, 'libs/contracts/src');
  const expected = new Map(facts.map(fact => [`${fact.service}/examples/${fact.file}.json`, fact]));
  const found = new Set(
    readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(path => /^[^/]+\/examples\/.+/.test(path.replaceAll('\\', '/'))),
  );
  const orphans = [...found].filter(path => !expected.has(path)).map(path => `${path}: there is no such fact`);
  const unfit = [...expected].flatMap(([path, fact]) => {
    if (!found.has(path)) return [`${path}: is missing`];
    const refusal = refusalOf(fact, readFileSync(join(source, path), 'utf8'));
    return refusal === undefined ? [] : [`${path}: ${refusal}`];
  });
  return [...orphans, ...unfit].sort();
}

function refusalOf(fact: KnownFact, text: string): string | undefined {
  try {
    return fact.refusal(JSON.parse(text));
  } catch (error) {
    return String(error);
  }
}
