import { readFileSync, statSync } from 'node:fs';
import { Clock } from '@ciep/kernel';

/**
 * The machine's time moved by an offset in milliseconds that stands in a file, so that several processes move together.
 * A missing file means no offset. Development only.
 */
export class FileClock extends Clock {
  private offset = 0;
  private seenAt = 0;
  private changedAt = -1;

  constructor(private readonly path: string) {
    super();
  }

  now(): Date {
    const machine = Date.now();
    if (machine - this.seenAt >= 50) this.look(machine);
    return new Date(machine + this.offset);
  }

  private look(machine: number): void {
    this.seenAt = machine;
    const changedAt = statSync(this.path, { throwIfNoEntry: false })?.mtimeMs;
    if (changedAt === this.changedAt) return;
    this.changedAt = changedAt ?? -1;
    const offset = changedAt === undefined ? 0 : Number(readFileSync(this.path, 'utf8'));
    if (Number.isFinite(offset)) this.offset = offset;
  }
}
