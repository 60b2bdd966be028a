import { type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { StatementLineRepository } from './statement-line.repository.js';

@Injectable()
export class DismissStatementLine {
  constructor(private readonly lines: StatementLineRepository) {}

  async execute({ id, version, reason }: { id: string; version: number; reason: string }, tx: Tx): Promise<void> {
    await this.lines.in(tx).update(id, line => line.dismiss(reason), { version });
  }
}
