import { describe, expect, it } from '@jest/globals';
import { committableFiles } from '../checks/tree.js';
import { commandFaults, pathFaults, ruleFaults } from './claims.js';

const file = (path: string, text = '') => ({ path, text: () => text });
const scripts = file('package.json', '{"scripts": {"start": "", "tour": ""}}');

describe('documented commands', () => {
  it('are npm scripts', () => {
    expect(commandFaults(committableFiles())).toEqual([]);
  });

  it('negative control: are reported if they are not', () => {
    const readme = file('README.md', '`npm start`, npm run -s tour, npm ci; npm test');
    const card = file('apps/a/README.md', '`npm run tours`');
    expect(commandFaults([scripts, readme, card])).toEqual([
      'README.md: there is no npm script "test"',
      'apps/a/README.md: there is no npm script "tours"',
    ]);
  });
});

describe('documented files and folders', () => {
  it('exist', () => {
    expect(pathFaults(committableFiles())).toEqual([]);
  });

  it('negative control: are reported if they do not', () => {
    const readme = file(
      'README.md',
      '`apps/a`, [a](apps/a/src/), `apps/a/src/main.ts`, apps/a/dist/main.js, apps/<service>, `apps/*/src`, apps/a/dist/gone.js, `apps/b`, docs/gone.md.',
    );
    const card = file('apps/a/README.md', 'src/main.ts and src/gone.ts, docs/openapi/a.json, @ciep/a/src/main.ts');
    expect(pathFaults([readme, card, file('apps/a/src/main.ts')])).toEqual([
      'README.md: apps/a/dist/gone.js is not there',
      'README.md: apps/b is not there',
      'README.md: docs/gone.md is not there',
      'apps/a/README.md: docs/openapi/a.json is not there',
      'apps/a/README.md: apps/a/src/gone.ts is not there',
    ]);
  });
});

describe('rules', () => {
  it('are enforced in the named places', () => {
    const files = committableFiles();
    expect(ruleFaults(files)).toEqual([]);
    expect(ruleFaults(files.filter(({ path }) => path === 'docs/rules.md')).length).toBeGreaterThan(50);
  });

  it('negative control: are reported if the place is missing', () => {
    const row = (id: string, places: string) => `| <a id="${id}"></a>${id} | text | 21 | ${places} |`;
    const sources = [
      file('apps/a/src/rooms/room.rules.ts'),
      file('apps/a/src/rooms/open-room.use-case.ts'),
      file('apps/a/src/rooms/room.entity.ts', 'export class Room extends Aggregate {\n  open(at: Date) {'),
      file('libs/kernel/src/clock.ts'),
    ];
    const right = row('right', 'a `room.rules.ts`, `rooms/`, `open-room`, `Room.open`; kernel `clock.ts`; unique constraint');
    const later = row('later', '');
    const wrong = row('wrong', 'a `house.rules.ts`, `houses/`; kernel `open-room`, `Room.open`; a `Room.close`');
    expect(ruleFaults([file('docs/rules.md', [right, later, wrong].join('\n')), ...sources])).toEqual([
      'docs/rules.md#wrong: a has no house.rules.ts',
      'docs/rules.md#wrong: a has no houses/',
      'docs/rules.md#wrong: kernel has no open-room',
      'docs/rules.md#wrong: kernel has no Room.open',
      'docs/rules.md#wrong: a has no Room.close',
    ]);
  });
});
