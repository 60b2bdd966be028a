import { describe, expect, it } from '@jest/globals';
import { committableFiles } from '../checks/tree.js';
import { threatFaults } from './threats.js';

const file = (path: string, text = '') => ({ path, text: () => text });
const rows = (...lines: string[]) =>
  file(
    'docs/security.md',
    [
      '# Security',
      '',
      '## <a id="threats"></a>Threats',
      '',
      '| threat | measure | proof |',
      '| --- | --- | --- |',
      ...lines,
      '',
      '## Next',
      '',
    ].join('\n'),
  );
const all = Array.from({ length: 10 }, (_, index) => `| API${index + 1} Something | we look | \`apps/a/test/a.e2e-spec.ts\` |`);

describe('the table of threats', () => {
  it('names an existing test for each threat, and has the whole OWASP list', () => {
    expect(threatFaults(committableFiles())).toEqual([]);
  });

  it('negative control: is reported if it is wrong', () => {
    const test = file('apps/a/test/a.e2e-spec.ts');
    expect(threatFaults([test, rows(...all)])).toEqual([]);
    expect(threatFaults([rows(...all.slice(0, 1)), test]).slice(0, 2)).toEqual([
      'docs/security.md: API2 has no row',
      'docs/security.md: API3 has no row',
    ]);
    expect(threatFaults([test, rows(...all, '| Mice | a cat | trust us |', '| Rain | a roof | `apps/a/test/roof.e2e-spec.ts` |')])).toEqual(
      ['docs/security.md: no test is named for "Mice"', 'docs/security.md: apps/a/test/roof.e2e-spec.ts is not there'],
    );
    expect(threatFaults([file('docs/security.md', '# Security')])).toHaveLength(10);
  });
});
