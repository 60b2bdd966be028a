import { readFileSync, statSync } from 'node:fs';
import { Clock } from '@ciep/kernel';

/**
 * The machine's time plus an offset in milliseconds from a file, so that several processes move together. Without the file there is
 * no offset. For development only.
 */
export class FileClock extends Clock {
  private offset = 0;
  private checkedAt = 0;
  private changedAt = -1;

  constructor(private readonly path: string) {
    super();
  }

  now(): Date {
    const machine = Date.now();
    if (machine - this.checkedAt >= 50) this.readOffset(machine);
    return new Date(machine + this.offset);
  }

  private readOffset(machine: number): void {
    this.checkedAt = machine;
    const changedAt = statSync(this.path, { throwIfNoEntry: false })?.mtimeMs;
    if (changedAt === this.changedAt) return;
    this.changedAt = changedAt ?? -1;
    const offset = changedAt === undefined ? 0 : Number(readFileSync(this.path, 'utf8'));
    if (Number.isFinite(offset)) this.offset = offset;
  }
}
