import { type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { BoothRepository } from './booth.repository.js';

@Injectable()
export class UnblockBooth {
  constructor(private readonly booths: BoothRepository) {}

  async execute({ id, version }: { id: string; version: number }, tx: Tx): Promise<void> {
    await this.booths.in(tx).update(id, booth => booth.unblock(), { version });
  }
}
