import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { ClientRepository } from './client.repository.js';

/** Lets a disabled client get tokens again (docs/rules.md#disabled-clients). */
@Injectable()
export class EnableClient {
  constructor(private readonly clients: ClientRepository) {}

  /** Throws `NotFound` and `StaleVersion`. */
  async execute({ id, version }: { id: string; version: number }, tx: Tx): Promise<void> {
    await this.clients.in(tx).update(id, client => client.enable(), { version });
  }
}
