import { Aggregate } from '@ciep/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Audience, Owner } from './webhook-audience.rules.js';
import { WebhookDisabled } from './webhook.errors.js';

export const webhookStatuses = ['enabled', 'disabled'] as const;
export type WebhookStatus = (typeof webhookStatuses)[number];

/** The cause of disabling: its owner, an answer 410, or ten failed attempts (docs/rules.md#webhook-retries). */
export const disablers = ['owner', 'gone', 'failing'] as const;
export type Disabler = (typeof disablers)[number];

/** How long the former secret still signs (docs/rules.md#webhook-secrets). */
const overlapMs = 24 * 3_600_000;

/** An endpoint of a portal that receives events. */
@Entity({ name: 'webhooks' })
export class Webhook extends Aggregate {
  @PrimaryColumn('uuid') id!: string;
  @Column({ type: 'int' }) version!: number;
  @Column({ type: 'uuid' }) organisationId!: string;
  @Column({ type: 'text' }) audience!: Audience;
  @Column({ type: 'text', nullable: true }) regionCode!: string | null;
  @Column({ type: 'text' }) url!: string;
  @Column({ type: 'text' }) description!: string;
  @Column({ type: 'jsonb' }) eventTypes!: readonly string[];
  @Column({ type: 'text' }) status!: WebhookStatus;
  @Column({ type: 'text', nullable: true }) disabledBy!: Disabler | null;
  /** Encrypted, like the one before it. */
  @Column({ type: 'text' }) secret!: string;
  @Column({ type: 'text', nullable: true }) previousSecret!: string | null;
  @Column({ type: 'timestamptz', nullable: true }) previousSecretUntil!: Date | null;

  static create(given: Owner & { id: string; url: string; description: string; eventTypes: readonly string[]; secret: string }): Webhook {
    const fresh = { version: 1, status: 'enabled', disabledBy: null, previousSecret: null, previousSecretUntil: null } as const;
    return Object.assign(new Webhook(), fresh, given);
  }

  change(given: { url?: string | undefined; description?: string | undefined; eventTypes?: readonly string[] | undefined }): void {
    this.url = given.url ?? this.url;
    this.description = given.description ?? this.description;
    this.eventTypes = given.eventTypes ?? this.eventTypes;
  }

  /** Disabling or enabling twice has no effect, because portals repeat requests. */
  disable(by: Disabler): void {
    if (this.status === 'disabled') return;
    this.status = 'disabled';
    this.disabledBy = by;
  }

  enable(): void {
    this.status = 'enabled';
    this.disabledBy = null;
  }

  /** The current secret also signs for another day beside the new one; an older one stops at once. */
  rotateSecret(secret: string, now: Date): void {
    this.previousSecret = this.secret;
    this.previousSecretUntil = new Date(now.getTime() + overlapMs);
    this.secret = secret;
  }

  /** A disabled endpoint receives nothing, even on request. */
  assertEnabled(): void {
    if (this.status === 'disabled') throw new WebhookDisabled(this.id);
  }
}
