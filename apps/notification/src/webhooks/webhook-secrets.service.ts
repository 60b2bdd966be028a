import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { SealedSecrets } from './sealed-secrets.service.js';

/** A new signing secret: shown to its owner once, encrypted for the database. */
export interface FreshSecret {
  /** `whsec_` and 32 random bytes in base64, as Standard Webhooks writes it. */
  readonly shown: string;
  readonly sealed: string;
}

@Injectable()
export class WebhookSecrets {
  constructor(private readonly seals: SealedSecrets) {}

  fresh(webhookId: string): FreshSecret {
    const shown = `whsec_${randomBytes(32).toString('base64')}`;
    return { shown, sealed: this.seals.seal(shown, webhookId) };
  }

  /** The valid signing secrets, the current one first. */
  signing(webhook: { id: string; secret: string; previousSecret: string | null; previousSecretUntil: Date | null }, now: Date): string[] {
    const { previousSecret, previousSecretUntil } = webhook;
    const overlaps = previousSecret !== null && previousSecretUntil !== null && now < previousSecretUntil;
    const sealed = overlaps ? [webhook.secret, previousSecret] : [webhook.secret];
    return sealed.map(text => this.seals.open(text, webhook.id));
  }
}
