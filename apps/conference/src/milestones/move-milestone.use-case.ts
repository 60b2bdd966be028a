import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { MilestoneRepository } from './milestone.repository.js';

@Injectable()
export class MoveMilestone {
  constructor(private readonly milestones: MilestoneRepository) {}

  async execute({ id, version, at }: { id: string; version?: number; at: Date }, tx: Tx): Promise<void> {
    await this.milestones.in(tx).update(id, milestone => milestone.move(at), { version });
  }
}
