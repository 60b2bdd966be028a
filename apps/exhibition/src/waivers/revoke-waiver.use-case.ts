import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { WaiverRepository } from './waiver.repository.js';

@Injectable()
export class RevokeWaiver {
  constructor(private readonly waivers: WaiverRepository) {}

  async execute({ id, version }: { id: string; version: number }, tx: Tx): Promise<void> {
    await this.waivers.in(tx).update(id, waiver => waiver.revoke(), { version });
  }
}
