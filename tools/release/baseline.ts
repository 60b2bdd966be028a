import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { serviceNames } from '@ciep/contracts';
import { openApiFolder } from '../openapi/committed.js';
import { factsOf, read, written, type ApiDocument, type Facts } from './facts.js';

/** What the last release promised, one fact on each line, below the line with its version. */
export const baselinePath = 'docs/released.tsv';

/** A release and what it promised. */
export interface Release {
  readonly version: string;
  readonly facts: Facts;
}

/** The facts of the committed API documents and of the events. */
export const presentFacts = (root: string): Facts =>
  factsOf(
    new Map(serviceNames.map(name => [name, JSON.parse(readFileSync(join(root, openApiFolder, `${name}.json`), 'utf8')) as ApiDocument])),
  );

/** A baseline as text. */
export const baselineText = ({ version, facts }: Release): string => `${version}\n${written(facts)}`;

/** A baseline from its text. */
export function baselineFrom(text: string): Release {
  const end = text.indexOf('\n');
  return { version: text.slice(0, end), facts: read(text.slice(end + 1)) };
}
