import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { ClientRepository } from './client.repository.js';
import { ClientSecrets } from './client-secrets.service.js';

/** Gives a client a new secret, shown once; the old ones stay valid for some hours (docs/rules.md#client-secrets). */
@Injectable()
export class RotateSecret {
  constructor(
    private readonly clients: ClientRepository,
    private readonly secrets: ClientSecrets,
  ) {}

  /** Throws `NotFound`, `StaleVersion` and `ClientWithoutSecret`. */
  async execute(
    { id, version, overlapHours }: { id: string; version: number; overlapHours: number },
    tx: Tx,
  ): Promise<{ secret: string; oldUntil: Date }> {
    const clientId = await this.clients.in(tx).update(
      id,
      (client, now) => {
        client.noteRotation(now);
        return client.clientId;
      },
      { version },
    );
    // Machine time: tokens and credentials do not follow the business clock.
    const oldUntil = new Date(Date.now() + overlapHours * 3_600_000);
    await this.secrets.retire(clientId, oldUntil, tx);
    return { secret: await this.secrets.draw(clientId, tx), oldUntil };
  }
}
