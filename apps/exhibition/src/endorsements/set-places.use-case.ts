import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { KnownEditions } from '../editions/known-editions.queries.js';
import { RegionQuotaRepository, type RegionOfEdition } from './region-quota.repository.js';

@Injectable()
export class SetPlaces {
  constructor(
    private readonly quotas: RegionQuotaRepository,
    private readonly editions: KnownEditions,
  ) {}

  async execute({ version, places, ...region }: RegionOfEdition & { version: number; places: number }, tx: Tx): Promise<void> {
    await this.editions.mustBeKnown(region.editionId, tx);
    const id = await this.quotas.idOf(region, tx);
    await this.quotas.in(tx).update(id, quota => quota.resize(places), { version });
  }
}
