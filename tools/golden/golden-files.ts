import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Facts as they were told, one file for each shape that a type ever had. They are added to and never changed. */
export const goldenFolder = 'libs/contracts/golden';
/** SHA-256 of each, as `sha256sum` writes it. */
export const sealFile = `${goldenFolder}/sealed.sha256`;

/** A stored fact: the CloudEvent of an outbox. */
export interface GoldenFact {
  readonly id: string;
  readonly type: string;
  readonly aggregateversion: number;
  readonly time: string;
  readonly data: Record<string, unknown>;
}

export interface GoldenFile {
  /** Below the golden folder: `billing/invoice.paid.v1.01.json`. */
  readonly path: string;
  readonly text: string;
}

/** Everything in the golden folder of a repository, by name. */
export function goldenFiles(root: string): GoldenFile[] {
  const folder = join(root, goldenFolder);
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.json'))
    .sort()
    .map(path => ({ path, text: readFileSync(join(folder, path), 'utf8') }));
}

/** What was sealed, by path. */
export function seals(root: string): Map<string, string> {
  const file = join(root, sealFile);
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  return new Map(
    lines.filter(Boolean).map(line => {
      const [hash = '', path = ''] = line.split('  ');
      return [path, hash];
    }),
  );
}

export const sealOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The number of the fact's file: 1 for the first shape that its type had. */
export const numberIn = (path: string): number => Number(/\.(\d\d)\.json$/.exec(path)?.[1]);

/** The fact in a file; undefined if it is none. */
export function factIn(text: string): GoldenFact | undefined {
  try {
    const fact = JSON.parse(text) as GoldenFact;
    return typeof fact.type === 'string' && typeof fact.data === 'object' ? fact : undefined;
  } catch {
    return undefined;
  }
}
