import { AggregateRepository, Database, type Tx } from '@ciep/platform';
import { NotFound } from '@ciep/kernel';
import { Injectable } from '@nestjs/common';
import { Application } from './application.entity.js';
import { ExternalRefTaken } from './application.errors.js';

@Injectable()
export class ApplicationRepository extends AggregateRepository<Application> {
  constructor(database: Database) {
    super(database, Application, ['contact', 'timeline']);
  }

  /** Locks the application and reads it: for steps that must read more before they change it. Throws `NotFound`. */
  async lockAndRead(tx: Tx, id: string, organisationId: string | null = null): Promise<Readonly<Application>> {
    const [row] = await tx.query<unknown[]>(
      'SELECT 1 FROM applications WHERE id = $1 AND ($2::uuid IS NULL OR organisation_id = $2) FOR NO KEY UPDATE',
      [id, organisationId],
    );
    if (!row) throw new NotFound('application', id);
    return this.in(tx).get(id);
  }

  /** Reads an application of this organisation, without a lock. */
  read(id: string, organisationId: string): Promise<Readonly<Application> | undefined> {
    return this.in(this.database.dataSource.manager).find(id, { organisationId });
  }

  /** The next human number of an edition, `21-000123`: without gaps, because a submission that fails gives it back. */
  async nextNumber(tx: Tx, editionId: string, editionCode: string): Promise<string> {
    const [row] = await tx.query<{ last: number }[]>(
      `INSERT INTO application_numbers (edition_id, last) VALUES ($1, 1)
       ON CONFLICT (edition_id) DO UPDATE SET last = application_numbers.last + 1 RETURNING last`,
      [editionId],
    );
    return `${editionCode}-${String(row?.last).padStart(6, '0')}`;
  }

  /** Says in our words what the unique index refuses. */
  refuseTakenRef(externalRef: string | null | undefined): (error: unknown) => never {
    return error => {
      const { code, constraint } = error as { code?: string; constraint?: string };
      if (code === '23505' && constraint === 'applications_external_ref') throw new ExternalRefTaken(externalRef ?? '');
      throw error;
    };
  }
}
