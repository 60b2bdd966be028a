import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { ClientRepository } from './client.repository.js';

/**
 * Disables a client: it gets no more tokens, and nobody can log in through it; its existing tokens expire within five minutes
 * (docs/rules.md#disabled-clients).
 */
@Injectable()
export class DisableClient {
  constructor(private readonly clients: ClientRepository) {}

  /** Throws `NotFound` and `StaleVersion`. */
  async execute({ id, version }: { id: string; version: number }, tx: Tx): Promise<void> {
    await this.clients.in(tx).update(id, client => client.disable(), { version });
  }
}
