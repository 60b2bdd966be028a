import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Published events of all releases, one file for each schema that a type ever had. Files are added and never changed. */
export const goldenFolder = 'libs/contracts/golden';
/** SHA-256 of each file, in the format of `sha256sum`. */
export const sealFile = `${goldenFolder}/sealed.sha256`;

/** A stored event: the CloudEvent of an outbox. */
export interface GoldenEvent {
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

/** All files in the golden folder of a repository, by name. */
export function goldenFiles(root: string): GoldenFile[] {
  const folder = join(root, goldenFolder);
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.json'))
    .sort()
    .map(path => ({ path, text: readFileSync(join(folder, path), 'utf8') }));
}

/** The sealed digests, by path. */
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

/** The number of the event's file: 1 for the first schema of its type. */
export const numberIn = (path: string): number => Number(/\.(\d\d)\.json$/.exec(path)?.[1]);

/** The event in a file; undefined if it is not an event. */
export function eventIn(text: string): GoldenEvent | undefined {
  try {
    const event = JSON.parse(text) as GoldenEvent;
    return typeof event.type === 'string' && typeof event.data === 'object' ? event : undefined;
  } catch {
    return undefined;
  }
}
