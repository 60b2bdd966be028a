import { describe, expect, it } from '@jest/globals';
import { contractionFaults } from './migrations.js';
import { committableFiles, type SourceFile } from './tree.js';

const migration = (name: string, up: string, comment = ''): SourceFile => ({
  path: `apps/alpha/src/database/migrations/${name}.ts`,
  text: () =>
    `${comment}\nexport class X { async up(q) { await q.query(\`${up}\`); } async down(q) { await q.query('DROP TABLE papers'); } }`,
});

describe('migrations', () => {
  it('remove nothing that the previous release may use', () => {
    const files = committableFiles();
    expect(files.filter(({ path }) => path.includes('/database/migrations/')).length).toBeGreaterThan(4);
    expect(contractionFaults(files)).toEqual([]);
  });

  it('canary: a removal is found, unless it states since when nothing uses the object', () => {
    const sound = [
      migration('1-create', 'CREATE TABLE papers (id uuid PRIMARY KEY, title text NOT NULL)'),
      migration('2-add', `ALTER TABLE papers ADD COLUMN pages int, ADD COLUMN state text NOT NULL DEFAULT 'new'`),
      migration('3-contract', 'ALTER TABLE papers DROP COLUMN pages', '// contract: unused since 0.3'),
    ];
    const unsound = [
      migration('4-drop', 'DROP TABLE papers'),
      migration('5-column', 'ALTER TABLE papers DROP COLUMN title'),
      migration('6-rename', 'ALTER TABLE papers RENAME COLUMN title TO name'),
      migration('7-type', 'ALTER TABLE papers ALTER COLUMN pages TYPE bigint'),
      migration('8-demand', 'ALTER TABLE papers ALTER COLUMN pages SET NOT NULL'),
      migration('9-fill', 'ALTER TABLE papers ADD COLUMN author text NOT NULL'),
    ];
    expect(contractionFaults([...sound, ...unsound]).map(fault => fault.replace(/^.*migrations\//, ''))).toEqual([
      '4-drop.ts: drops a table without "// contract: <since which release>"',
      '5-column.ts: drops a column without "// contract: <since which release>"',
      '6-rename.ts: renames without "// contract: <since which release>"',
      '7-type.ts: changes the type of a column without "// contract: <since which release>"',
      '8-demand.ts: demands a value that the release before does not write without "// contract: <since which release>"',
      '9-fill.ts: adds a column that the release before does not fill without "// contract: <since which release>"',
    ]);
  });
});
