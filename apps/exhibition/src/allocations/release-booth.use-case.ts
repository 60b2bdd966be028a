import { Clock } from '@ciep/kernel';
import type { Scope, Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { ApplicationRepository } from '../applications/application.repository.js';
import { Holdings } from './holdings.service.js';

export interface ReleaseBoothCommand {
  readonly id: string;
  readonly version: number;
  readonly scope: Scope;
  /** Told to the applicant. */
  readonly reason: string;
}

@Injectable()
export class ReleaseBooth {
  constructor(
    private readonly applications: ApplicationRepository,
    private readonly holdings: Holdings,
    private readonly clock: Clock,
  ) {}

  async execute({ id, version, scope, reason }: ReleaseBoothCommand, tx: Tx): Promise<void> {
    const now = this.clock.now();
    const given = await this.applications.in(tx).update(id, application => application.release(reason, now), { version, scope });
    await this.holdings.free(given, 'organizer', tx);
  }
}
