import { Clock } from '@ciep/kernel';
import type { Scope, Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { ApplicationRepository } from '../applications/application.repository.js';

export interface ExtendPayByCommand {
  readonly id: string;
  readonly version: number;
  readonly scope: Scope;
  readonly payBy: string;
}

@Injectable()
export class ExtendPayBy {
  constructor(
    private readonly applications: ApplicationRepository,
    private readonly clock: Clock,
  ) {}

  async execute({ id, version, scope, payBy }: ExtendPayByCommand, tx: Tx): Promise<void> {
    const now = this.clock.now();
    await this.applications.in(tx).update(id, application => application.extendPayBy(payBy, now), { version, scope });
  }
}
