import type { Scope, Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { Holdings } from '../allocations/holdings.service.js';
import { ApplicationRepository } from './application.repository.js';

@Injectable()
export class WithdrawApplication {
  constructor(
    private readonly applications: ApplicationRepository,
    private readonly holdings: Holdings,
  ) {}

  async execute({ id, version, scope }: { id: string; version: number | undefined; scope: Scope }, tx: Tx): Promise<void> {
    const given = await this.applications.in(tx).update(id, (application, now) => application.withdraw(now), { version, scope });
    await this.holdings.free(given, 'withdrawn', tx);
  }
}
