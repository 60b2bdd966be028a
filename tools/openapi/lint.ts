import { createConfig, lintFromString } from '@redocly/openapi-core';
import spectralCore from '@stoplight/spectral-core';
import spectralRulesets from '@stoplight/spectral-rulesets';
import type { OpenApi } from './documents.js';

/** Faults of a document by the rules that others apply to it: Redocly's `recommended-strict` and Spectral's `spectral:oas`. */
export async function lintFaults(document: OpenApi): Promise<string[]> {
  const source = JSON.stringify(document);
  const config = await createConfig({ extends: ['recommended-strict'] });
  const redocly = await lintFromString({ source, config });
  const spectral = new spectralCore.Spectral();
  // Its types do not know its own rules as a definition.
  spectral.setRuleset({ extends: spectralRulesets.oas as never });
  return [
    ...redocly.map(({ ruleId, message, location }) => `${ruleId}: ${message} (${location[0]?.pointer ?? ''})`),
    ...(await spectral.run(source)).map(({ code, message, path }) => `${code}: ${message} (#/${path.join('/')})`),
  ];
}
