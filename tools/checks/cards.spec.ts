import { describe, expect, it } from '@jest/globals';
import { cardFaults } from './cards.js';
import { contractFacts, type KnownFact } from './contract-facts.js';
import { canary, committableFiles, filesBelow } from './tree.js';

const fact = (service: string, verb: string): KnownFact => ({
  name: `paper${verb[0]?.toUpperCase()}${verb.slice(1)}`,
  service,
  title: `${service}.paper.${verb}`,
  file: `paper.${verb}.v1`,
  refusal: () => undefined,
});

describe('cards of the services', () => {
  it('say what the code does', () => {
    expect(cardFaults(committableFiles(), contractFacts())).toEqual([]);
  });

  describe('canary', () => {
    const files = filesBelow(canary).filter(({ path }) => /^(apps\/(delta|epsilon|zeta)|libs\/platform)\//.test(path));
    const facts = [fact('epsilon', 'accepted'), fact('epsilon', 'withdrawn'), fact('delta', 'printed'), fact('delta', 'sold')];

    it('finds every difference, both ways', () => {
      expect(cardFaults(files, facts)).toEqual([
        'apps/epsilon/README.md: does not name the setting EPSILON_MAX_PAGES',
        'apps/epsilon/README.md: does not say that it listens to delta.paper.printed',
        'apps/epsilon/README.md: does not say that it tells epsilon.paper.withdrawn',
        'apps/epsilon/README.md: has no line "Never"',
        'apps/epsilon/README.md: names a setting EPSILON_COLOUR that the code does not have',
        'apps/epsilon/README.md: says that it listens to delta.paper.burnt, the code does not',
        'apps/epsilon/README.md: says that it tells epsilon.paper.eaten, the code does not',
        'apps/epsilon/README.md: tells epsilon.paper.withdrawn, but no code does',
        'apps/zeta/README.md: is missing',
      ]);
    });

    it('finds a card that is too long', () => {
      const long = files.map(file =>
        file.path.endsWith('delta/README.md') ? { ...file, text: () => file.text() + '\n'.repeat(60) + 'x' } : file,
      );
      expect(cardFaults(long, facts)).toContain('apps/delta/README.md: 76 lines, at most 60');
    });
  });
});
