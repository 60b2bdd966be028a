import { Clock } from '@ciep/kernel';
import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { ApplicationRepository } from '../applications/application.repository.js';
import { AgreementRepository } from './agreement.repository.js';

/** With the money, the seal makes the booth the exhibitor's own. */
@Injectable()
export class VerifySeal {
  constructor(
    private readonly agreements: AgreementRepository,
    private readonly applications: ApplicationRepository,
    private readonly clock: Clock,
  ) {}

  async execute({ id, version }: { id: string; version: number }, tx: Tx): Promise<void> {
    const now = this.clock.now();
    // The application is locked first, like everywhere; the agreement decides whether this is possible.
    await this.agreements.in(tx).get(id);
    await this.applications.in(tx).update(id, application => application.noteSealVerified(now));
    await this.agreements.in(tx).update(id, agreement => agreement.verifySeal(now), { version });
  }
}
