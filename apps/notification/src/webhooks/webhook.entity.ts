import { Aggregate } from '@ciep/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Audience, Owner } from './webhook-audience.rules.js';
import { WebhookDisabled } from './webhook.errors.js';

export const webhookStatuses = ['enabled', 'disabled'] as const;
export type WebhookStatus = (typeof webhookStatuses)[number];

/** Who or what disabled it: its owner, an answer 410, or ten failed attempts (docs/rules.md#webhook-retries). */
export const disablers = ['owner', 'gone', 'failing'] as const;
export type Disabler = (typeof disablers)[number];

/** How long the secret before the present one still signs (docs/rules.md#webhook-secrets). */
const overlapMs = 24 * 3_600_000;

/** An address of a portal that is told facts. */
@Entity({ name: 'webhooks' })
export class Webhook extends Aggregate {
  @PrimaryColumn('uuid') id!: string;
  @Column({ name: 'version', type: 'int' }) version!: number;
  @Column({ name: 'organisation_id', type: 'uuid' }) organisationId!: string;
  @Column({ name: 'audience', type: 'text' }) audience!: Audience;
  @Column({ name: 'region_code', type: 'text', nullable: true }) regionCode!: string | null;
  @Column({ name: 'url', type: 'text' }) url!: string;
  @Column({ name: 'description', type: 'text' }) description!: string;
  @Column({ name: 'event_types', type: 'jsonb' }) eventTypes!: readonly string[];
  @Column({ name: 'status', type: 'text' }) status!: WebhookStatus;
  @Column({ name: 'disabled_by', type: 'text', nullable: true }) disabledBy!: Disabler | null;
  /** Sealed, as is the one before it. */
  @Column({ name: 'secret', type: 'text' }) secret!: string;
  @Column({ name: 'previous_secret', type: 'text', nullable: true }) previousSecret!: string | null;
  @Column({ name: 'previous_secret_until', type: 'timestamptz', nullable: true }) previousSecretUntil!: Date | null;

  static create(given: Owner & { id: string; url: string; description: string; eventTypes: readonly string[]; secret: string }): Webhook {
    const fresh = { version: 1, status: 'enabled', disabledBy: null, previousSecret: null, previousSecretUntil: null } as const;
    return Object.assign(new Webhook(), fresh, given);
  }

  change(given: { url?: string | undefined; description?: string | undefined; eventTypes?: readonly string[] | undefined }): void {
    this.url = given.url ?? this.url;
    this.description = given.description ?? this.description;
    this.eventTypes = given.eventTypes ?? this.eventTypes;
  }

  /** Disabling and enabling twice changes nothing: portals repeat themselves. */
  disable(by: Disabler): void {
    if (this.status === 'disabled') return;
    this.status = 'disabled';
    this.disabledBy = by;
  }

  enable(): void {
    this.status = 'enabled';
    this.disabledBy = null;
  }

  /** The present secret goes on signing beside the new one for a day; one that was still older stops at once. */
  rotateSecret(secret: string, now: Date): void {
    this.previousSecret = this.secret;
    this.previousSecretUntil = new Date(now.getTime() + overlapMs);
    this.secret = secret;
  }

  /** Nothing is sent to a disabled endpoint on request. */
  assertEnabled(): void {
    if (this.status === 'disabled') throw new WebhookDisabled(this.id);
  }
}
