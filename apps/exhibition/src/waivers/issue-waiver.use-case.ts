import { randomBytes } from 'node:crypto';
import { Clock } from '@ciep/kernel';
import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { UnknownReference } from '../applications/application.errors.js';
import { KnownEditions } from '../editions/known-editions.queries.js';
import { Waiver, type NewWaiver } from './waiver.entity.js';
import { WaiverQueries } from './waiver.queries.js';
import { WaiverRepository } from './waiver.repository.js';
import { waiverCode } from './waiver.rules.js';

@Injectable()
export class IssueWaiver {
  constructor(
    private readonly waivers: WaiverRepository,
    private readonly queries: WaiverQueries,
    private readonly editions: KnownEditions,
    private readonly clock: Clock,
  ) {}

  async execute(command: Omit<NewWaiver, 'code'>, tx: Tx): Promise<string> {
    if ((await this.editions.deadline(command.editionId, tx)) === undefined) throw new UnknownReference('/editionId');
    const { organisationId } = command;
    if (organisationId !== null && !(await this.queries.knowsOrganisation(organisationId, tx)))
      throw new UnknownReference('/organisationId');
    const waiver = Waiver.issue({ ...command, code: waiverCode(randomBytes(15)) }, this.clock.now());
    await this.waivers.in(tx).insert(waiver);
    return waiver.id;
  }
}
