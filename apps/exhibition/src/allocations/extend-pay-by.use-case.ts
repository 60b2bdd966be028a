import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { ApplicationRepository, type Decision } from '../applications/application.repository.js';
import { KnownEditions } from '../editions/known-editions.queries.js';

@Injectable()
export class ExtendPayBy {
  constructor(
    private readonly applications: ApplicationRepository,
    private readonly editions: KnownEditions,
  ) {}

  async execute({ id, version, scope, payBy }: Decision & { payBy: string }, tx: Tx): Promise<void> {
    const lastDayToPay = await this.editions.lastDayToPay(id, tx);
    await this.applications.in(tx).update(id, (application, now) => application.extendPayBy(payBy, now, lastDayToPay), { version, scope });
  }
}
