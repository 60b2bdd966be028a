import type { LocalizedText } from '@ciep/kernel';
import { select, type Reader } from '@ciep/platform';
import { Injectable } from '@nestjs/common';

/** An organisation as its register names it. */
export interface LegalOrganisation {
  readonly name: LocalizedText;
  readonly creditCode: string | null;
  readonly registerNumber: string | null;
}

/** Reads the copy of identity's organisations. */
@Injectable()
export class KnownOrganisations {
  /** Null if the events of identity had no name yet. */
  async legal(id: string, reader: Reader): Promise<LegalOrganisation | null> {
    const [found] = await reader.query<LegalOrganisation[]>(
      `SELECT ${select<LegalOrganisation>('o', ['name', 'creditCode', 'registerNumber'])} FROM known_organisations o WHERE id = $1 AND name IS NOT NULL`,
      [id],
    );
    return found ?? null;
  }
}
