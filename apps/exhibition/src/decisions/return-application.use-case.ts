import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { ApplicationRepository, type Decision } from '../applications/application.repository.js';
import type { Correction } from '../applications/application.rules.js';

@Injectable()
export class ReturnApplication {
  constructor(private readonly applications: ApplicationRepository) {}

  async execute(
    { id, version, scope, corrections, correctBy }: Decision & { corrections: readonly Correction[]; correctBy: Date },
    tx: Tx,
  ): Promise<void> {
    await this.applications.in(tx).update(id, (application, now) => application.return(corrections, correctBy, now), { version, scope });
  }
}
