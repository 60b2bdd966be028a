import { describe, expect, it } from '@jest/globals';
import { cardFaults } from './cards.js';
import { contractEvents, contractLists, type KnownEvent } from './contract-events.js';
import { canary, committableFiles, filesBelow } from './tree.js';

const event = (service: string, verb: string): KnownEvent => ({
  name: `paper${verb[0]?.toUpperCase()}${verb.slice(1)}`,
  service,
  title: `${service}.paper.${verb}`,
  file: `paper.${verb}.v1`,
  refusal: () => undefined,
});

describe('cards of the services', () => {
  it('agree with the code', () => {
    expect(cardFaults(committableFiles(), contractEvents(), contractLists())).toEqual([]);
  });

  describe('canary', () => {
    const files = filesBelow(canary).filter(({ path }) => /^(apps\/(delta|epsilon|zeta)|libs\/platform)\//.test(path));
    const events = [event('epsilon', 'accepted'), event('epsilon', 'withdrawn'), event('delta', 'printed'), event('delta', 'sold')];

    it('finds every difference, in both directions', () => {
      expect(cardFaults(files, events, ['loudEvents', 'quietEvents'])).toEqual([
        'apps/epsilon/README.md: does not name the setting EPSILON_MAX_PAGES',
        'apps/epsilon/README.md: does not say that it publishes epsilon.paper.withdrawn',
        'apps/epsilon/README.md: does not say that it reacts to delta.paper.printed',
        'apps/epsilon/README.md: does not say that it reacts to loudEvents',
        'apps/epsilon/README.md: has no line "Never"',
        'apps/epsilon/README.md: names a setting EPSILON_COLOUR that the code does not have',
        'apps/epsilon/README.md: publishes epsilon.paper.withdrawn, but no code does',
        'apps/epsilon/README.md: says that it publishes epsilon.paper.eaten, but the code does not',
        'apps/epsilon/README.md: says that it reacts to delta.paper.burnt, but the code does not',
        'apps/epsilon/README.md: says that it reacts to quietEvents, but the code does not',
        'apps/zeta/README.md: is missing',
      ]);
    });

    it('finds a verb that the card omits or lists in another folder', () => {
      const text = (content: string) => () => content;
      const serving = files.map(file =>
        file.path.endsWith('delta/README.md')
          ? {
              ...file,
              text: text(
                `${file.text()}\n| verb of \`/papers/{id}\` | folder |\n| --- | --- |\n| print, burn | src/papers |\n| sell | src/sales |\n`,
              ),
            }
          : file,
      );
      const controllers = [
        {
          path: 'apps/delta/src/papers/papers.controller.ts',
          text: text(`@Controller('papers') @Post(':id/print') @Get(':id') @Get(':id/prints/:printId')`),
        },
        { path: 'apps/delta/src/sales/sales.controller.ts', text: text(`@Controller('papers/:id') @Post('burn') @Post('sell')`) },
      ];
      expect(cardFaults([...serving, ...controllers], events, []).filter(fault => fault.startsWith('apps/delta/'))).toEqual([
        'apps/delta/README.md: does not say that it serves /papers/{id}: burn (src/sales)',
        'apps/delta/README.md: does not say that it serves /papers/{id}: prints (src/papers)',
        'apps/delta/README.md: says that it serves /papers/{id}: burn (src/papers), but the code does not',
      ]);
      const [onlyPapers] = controllers;
      expect(cardFaults(onlyPapers ? [...files, onlyPapers] : [], events, []).filter(fault => fault.startsWith('apps/delta/'))).toEqual([]);
    });

    it('finds a card that is too long', () => {
      const long = files.map(file =>
        file.path.endsWith('delta/README.md') ? { ...file, text: () => file.text() + '\n'.repeat(60) + 'x' } : file,
      );
      expect(cardFaults(long, events, [])).toContain('apps/delta/README.md: 76 lines, at most 60');
    });
  });
});
