import { describe, expect, it } from '@jest/globals';
import { contractFacts, type KnownFact } from './contract-facts.js';
import { factExampleFaults } from './fact-examples.js';
import { canary, repository } from './tree.js';

describe('examples of facts', () => {
  it('every fact has one that fits, and every example has its fact', () => {
    const facts = contractFacts();
    expect(facts.length).toBeGreaterThan(0);
    expect(factExampleFaults(repository, facts)).toEqual([]);
  });

  it('canary: a missing, an unfit, an unreadable and an orphaned example are found', () => {
    const fact = (verb: string): KnownFact => ({
      name: `paper_${verb}`,
      service: 'gamma',
      title: `gamma.paper.${verb}`,
      file: `paper.${verb}.v1`,
      refusal: data => (typeof data === 'object' && data !== null && 'paperId' in data ? undefined : 'paperId is missing'),
    });
    expect(factExampleFaults(canary, ['accepted', 'missed', 'unfit', 'broken'].map(fact))).toEqual([
      'gamma/examples/paper.broken.v1.json: SyntaxError: Unexpected token \'h\', "half a file\n" is not valid JSON',
      'gamma/examples/paper.forgotten.v1.json: there is no such fact',
      'gamma/examples/paper.missed.v1.json: is missing',
      'gamma/examples/paper.unfit.v1.json: paperId is missing',
    ]);
  });
});
