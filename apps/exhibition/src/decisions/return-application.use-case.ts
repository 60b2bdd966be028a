import { Clock } from '@ciep/kernel';
import type { Scope, Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { ApplicationRepository } from '../applications/application.repository.js';
import type { Correction } from '../applications/application.rules.js';

export interface ReturnApplicationCommand {
  readonly id: string;
  readonly version: number;
  readonly scope: Scope;
  readonly corrections: readonly Correction[];
  readonly correctBy: Date;
}

@Injectable()
export class ReturnApplication {
  constructor(
    private readonly applications: ApplicationRepository,
    private readonly clock: Clock,
  ) {}

  async execute({ id, version, scope, corrections, correctBy }: ReturnApplicationCommand, tx: Tx): Promise<void> {
    const now = this.clock.now();
    await this.applications.in(tx).update(id, application => application.return(corrections, correctBy, now), { version, scope });
  }
}
