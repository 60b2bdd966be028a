import { AggregateRepository, Database, type Scope, type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { Application } from './application.entity.js';
import { ExternalRefTaken } from './application.errors.js';

/** The target of a decision: an application with the version that was read, within the caller's share. */
export interface Decision {
  readonly id: string;
  readonly version: number;
  readonly scope: Scope;
}

@Injectable()
export class ApplicationRepository extends AggregateRepository<Application> {
  constructor(database: Database) {
    super(database, Application, ['contact', 'timeline']);
  }

  /** Reads an application outside a transaction, without a lock. */
  read(id: string, scope: Scope): Promise<Readonly<Application> | undefined> {
    return this.in(this.database.dataSource.manager).find(id, scope);
  }

  /** The next readable number of an edition, `21-000123`: without gaps, because a failed submission returns it. */
  async nextNumber(tx: Tx, editionId: string, editionCode: string): Promise<string> {
    const [row] = await tx.query<{ last: number }[]>(
      `INSERT INTO application_numbers (edition_id, last) VALUES ($1, 1)
       ON CONFLICT (edition_id) DO UPDATE SET last = application_numbers.last + 1 RETURNING last`,
      [editionId],
    );
    return `${editionCode}-${String(row?.last).padStart(6, '0')}`;
  }

  /** Translates a violation of the unique index. */
  refuseTakenRef(externalRef: string | null | undefined): (error: unknown) => never {
    return error => {
      const { code, constraint } = error as { code?: string; constraint?: string };
      if (code === '23505' && constraint === 'applications_external_ref') throw new ExternalRefTaken(externalRef ?? '');
      throw error;
    };
  }
}
