import { SystemClock } from '@ciep/kernel';
import { Database } from '@ciep/platform';
import { testDatabase } from '@ciep/testing';
import { describe, expect, it } from '@jest/globals';
import { services } from '../src/start-platform.js';

/** `table.column` of everything that the entities of a service map. */
const mapped = ({ dataSource }: Database): string[] =>
  dataSource.entityMetadatas.flatMap(({ tableName, columns }) => columns.map(({ databaseName }) => `${tableName}.${databaseName}`));

describe('columns are named after properties', () => {
  it.each(services.map(definition => ({ definition, name: definition.name })))(
    'and are all there in the database of $name',
    async ({ definition }) => {
      const { url, drop } = await testDatabase(definition);
      const database = await Database.connect({
        url,
        service: definition.name,
        poolSize: 1,
        entities: definition.entities ?? [],
        clock: new SystemClock(),
      });
      try {
        const rows = await database.query<{ name: string }[]>(
          `SELECT table_name || '.' || column_name AS name FROM information_schema.columns WHERE table_schema = 'public'`,
        );
        const columns = mapped(database);
        expect(columns.length).toBeGreaterThan(10);
        expect(rows.map(({ name }) => name)).toEqual(expect.arrayContaining(columns));
      } finally {
        await database.close();
        await drop();
      }
    },
  );
});
