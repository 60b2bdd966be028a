import { type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { NodeRepository } from './node.repository.js';
import type { Responsibility } from './node.rules.js';

@Injectable()
export class AssignResponsibilities {
  constructor(private readonly nodes: NodeRepository) {}

  async execute(command: { id: string; version: number; responsibilities: readonly Responsibility[] }, tx: Tx): Promise<void> {
    const { id, version, responsibilities } = command;
    await this.nodes.in(tx).update(id, node => node.assign(responsibilities), { version });
  }
}
