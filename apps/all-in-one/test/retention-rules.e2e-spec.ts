import { testDatabase } from '@ciep/testing';
import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { services } from '../src/start-platform.js';

const rules = services.flatMap(definition =>
  definition.retention.map(rule => ({ definition, ...rule, name: `${definition.name}: ${rule.table}` })),
);

describe('the retention rules of the services’ own tables', () => {
  it.each(rules)(
    'finds expired rows of $name by an index, and the service may delete them',
    async ({ definition, table, since, keep, where = 'true' }) => {
      const database = await testDatabase(definition);
      const client = new pg.Client({ connectionString: database.url });
      await client.connect();
      try {
        await client.query('SET enable_seqscan = off');
        const condition = `${where} AND ${since} < now() - $1::interval`;
        const { rows } = await client.query(
          `EXPLAIN DELETE FROM ${table} WHERE ctid = ANY(ARRAY(SELECT ctid FROM ${table} WHERE ${condition} LIMIT 5000))`,
          [keep],
        );
        expect(JSON.stringify(rows)).toMatch(/Index (?:Only )?Scan using (?!\w*pkey)|Bitmap Index Scan on (?!\w*pkey)/);
      } finally {
        await client.end();
        await database.drop();
      }
    },
  );
});
