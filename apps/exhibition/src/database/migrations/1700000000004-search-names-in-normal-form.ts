import { searchable } from '@ciep/platform';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const names = ['fascia_zh', 'fascia_en', 'number'];

/** The index for searches has names as searches compare them. */
export class SearchNamesInNormalForm1700000000004 implements MigrationInterface {
  readonly name = 'SearchNamesInNormalForm1700000000004';

  async up(q: QueryRunner): Promise<void> {
    await this.index(q, searchable);
  }

  async down(q: QueryRunner): Promise<void> {
    await this.index(q, name => name);
  }

  private async index(q: QueryRunner, form: (name: string) => string): Promise<void> {
    const columns = names.map(name => `(${form(name)}) gin_trgm_ops`).join(', ');
    await q.query(`DROP INDEX applications_names; CREATE INDEX applications_names ON applications USING gin (${columns})`);
  }
}
