import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import type { Organisation } from './organisation.entity.js';
import { OrganisationRepository } from './organisation.repository.js';

/** Changes name and contact of the caller's own organisation. Throws `NotFound` for any other. */
@Injectable()
export class ChangeProfile {
  constructor(private readonly organisations: OrganisationRepository) {}

  /** `own` is the caller's organisation, the only one it may change. */
  execute(
    { id, version, own, ...change }: { id: string; version: number; own: string } & Parameters<Organisation['changeProfile']>[0],
    tx: Tx,
  ): Promise<void> {
    return this.organisations.in(tx).update(id, organisation => organisation.changeProfile(change), { version, scope: { id: own } });
  }
}
