import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { ApplicationRepository } from '../applications/application.repository.js';
import { AgreementRepository } from './agreement.repository.js';

/** A verified seal and the payment together confirm the booth. */
@Injectable()
export class VerifySeal {
  constructor(
    private readonly agreements: AgreementRepository,
    private readonly applications: ApplicationRepository,
  ) {}

  async execute({ id, version }: { id: string; version: number }, tx: Tx): Promise<void> {
    // Checks existence only: an agreement is never removed.
    await this.agreements.in(tx).get(id);
    // Locks the application first, in the common order; the agreement decides whether this is possible.
    await this.applications.in(tx).update(id, (application, now) => application.noteSealVerified(now));
    await this.agreements.in(tx).update(id, (agreement, now) => agreement.verifySeal(now), { version });
  }
}
