import type { Language, LocalizedText } from '@ciep/kernel';
import type { Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { OrganisationRepository } from './organisation.repository.js';

export interface ChangeProfileCommand {
  readonly id: string;
  readonly version: number;
  /** The caller's organisation, the only one it may change. */
  readonly own: string;
  readonly name?: LocalizedText | undefined;
  readonly contact?: { readonly name?: string; readonly phone?: string; readonly language?: Language } | undefined;
}

/** Changes name and contact of one's own organisation. Throws `NotFound` for any other. */
@Injectable()
export class ChangeProfile {
  constructor(private readonly organisations: OrganisationRepository) {}

  execute({ id, version, own, name, contact }: ChangeProfileCommand, tx: Tx): Promise<void> {
    return this.organisations
      .in(tx)
      .update(id, organisation => organisation.changeProfile({ name, contact }), { version, scope: { id: own } });
  }
}
