import * as billing from './billing/facts.js';
import * as conference from './conference/facts.js';
import * as exhibition from './exhibition/facts.js';
import type { FactType } from './fact-type.js';
import * as identity from './identity/facts.js';

const isFactType = (value: unknown): value is FactType => typeof value === 'function' && 'topic' in value && 'schema' in value;

/** Every kind of fact, by its type. */
export const factTypes: ReadonlyMap<string, FactType> = new Map(
  [identity, conference, exhibition, billing]
    .flatMap(owner => Object.values(owner) as unknown[])
    .filter(isFactType)
    .map(factType => [factType.type, factType]),
);
