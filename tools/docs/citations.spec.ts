import { describe, expect, it } from '@jest/globals';
import { committableFiles } from '../checks/tree.js';
import { citationFaults } from './citations.js';

const file = (path: string, text = '') => ({ path, text: () => text });

describe('cited documents', () => {
  it('exist, with the cited anchors', () => {
    expect(citationFaults(committableFiles())).toEqual([]);
  });

  it('negative control: are reported if they are missing', () => {
    const rules = file('docs/rules.md', '# Rules\n\n## Time and editions\n\n<a id="time"></a>time');
    const right = [
      file('apps/a/src/a.ts', '// docs/rules.md#time, docs/rules.md'),
      file('README.md', '[rules](docs/rules.md#time-and-editions) [web](https://example.org) [folder](docs)'),
      file('docs/guide.md', '[rules](rules.md#time) [above](../README.md) [here](#guide)\n# Guide'),
    ];
    expect(citationFaults([rules, ...right])).toEqual([]);
    const wrong = [
      file('apps/a/src/b.ts', '// docs/rules.md#tme'),
      file('apps/a/src/c.ts', '// docs/laws.md#time'),
      file('docs/other.md', '[rules](rules.md#tme) [gone](gone.md) [here](#nowhere)'),
    ];
    expect(citationFaults([rules, ...wrong])).toEqual([
      'apps/a/src/b.ts: docs/rules.md has no #tme',
      'apps/a/src/c.ts: docs/laws.md is not there',
      'docs/other.md: docs/rules.md has no #tme',
      'docs/other.md: docs/gone.md is not there',
      'docs/other.md: docs/other.md has no #nowhere',
    ]);
  });
});
