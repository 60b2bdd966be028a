import { describe, expect, it } from '@jest/globals';
import { changesOf, summary } from './changes.js';

describe(changesOf, () => {
  const changes = changesOf(
    'A\tapps/forum/src/sessions/close-session.use-case.ts\nM\tapps/forum/src/sessions/session.entity.ts\nM\tapps/forum/test/sessions.e2e-spec.ts\nM\tdocs/access.md\n',
    '20\t0\tapps/forum/src/sessions/close-session.use-case.ts\n5\t1\tapps/forum/src/sessions/session.entity.ts\n8\t0\tapps/forum/test/sessions.e2e-spec.ts\n1\t0\tdocs/access.md\n',
  );

  it('distinguishes new from edited files, and handwritten from tests and generated ones', () => {
    expect(changes.map(({ kind, isNew, lines }) => [kind, isNew, lines])).toEqual([
      ['by hand', true, 20],
      ['by hand', false, 6],
      ['tests', false, 8],
      ['generated', false, 1],
    ]);
  });

  it('sums them up', () => {
    expect(summary(changes).split('\n').slice(0, 3)).toEqual([
      'by hand    1 new, 1 edited, 26 lines',
      'tests      0 new, 1 edited, 8 lines',
      'generated  0 new, 1 edited, 1 lines',
    ]);
  });
});
