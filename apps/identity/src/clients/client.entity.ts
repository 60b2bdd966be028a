import type { Role } from '@ciep/contracts';
import { Aggregate, newId, type LocalizedText } from '@ciep/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { ClientWithoutSecret } from './client.errors.js';

export const authMethods = ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'] as const;
export type AuthMethod = (typeof authMethods)[number];
export type GrantType = 'authorization_code' | 'refresh_token' | 'client_credentials';

/** A system that gets tokens: a front end for people, or a portal or back office that acts for itself. */
@Entity({ name: 'oauth_clients' })
export class OauthClient extends Aggregate {
  @PrimaryColumn({ type: 'uuid' }) id!: string;
  @Column({ type: 'int' }) version!: number;
  @Column({ type: 'text' }) status!: 'active' | 'disabled';
  /** The public name in OAuth, for example `portal-210000`. */
  @Column({ type: 'text' }) clientId!: string;
  @Column({ type: 'jsonb' }) name!: LocalizedText;
  /** Skips the consent page. */
  @Column({ type: 'boolean' }) firstParty!: boolean;
  @Column({ type: 'text' }) authMethod!: AuthMethod;
  @Column({ type: 'text', array: true }) grantTypes!: GrantType[];
  @Column({ type: 'text', array: true }) redirectUris!: string[];
  @Column({ type: 'text', array: true }) postLogoutRedirectUris!: string[];
  /** Scopes of the API that it may request. */
  @Column({ type: 'text', array: true }) apiScopes!: string[];
  /** Public keys for `private_key_jwt`. */
  @Column({ type: 'jsonb', nullable: true }) jwks!: { keys: Record<string, unknown>[] } | null;
  /** The organisation it acts for, if it acts for itself. */
  @Column({ type: 'uuid', nullable: true }) organisationId!: string | null;
  @Column({ type: 'text', nullable: true }) regionCode!: string | null;
  @Column({ type: 'text', array: true }) roles!: Role[];
  @Column({ type: 'timestamptz', nullable: true }) secretRotatedAt!: Date | null;

  static of(
    data: Pick<OauthClient, 'clientId' | 'name' | 'authMethod' | 'grantTypes' | 'apiScopes'> &
      Partial<
        Pick<OauthClient, 'firstParty' | 'redirectUris' | 'postLogoutRedirectUris' | 'jwks' | 'organisationId' | 'regionCode' | 'roles'>
      >,
  ): OauthClient {
    const optional = {
      firstParty: false,
      redirectUris: [],
      postLogoutRedirectUris: [],
      jwks: null,
      organisationId: null,
      regionCode: null,
      roles: [],
      secretRotatedAt: null,
    };
    return Object.assign(new OauthClient(), { id: newId(), version: 1, status: 'active' as const, ...optional, ...data });
  }

  /** It gets no more tokens, and nobody can log in through it. */
  disable(): void {
    this.status = 'disabled';
  }

  /** It gets tokens again. */
  enable(): void {
    this.status = 'active';
  }

  /** People are sent back to this address only, after the login and after the logout. */
  sendBackTo(address: string): void {
    this.redirectUris = [address];
    this.postLogoutRedirectUris = [address];
  }

  /** A change of its secrets counts as a change of the client. */
  noteRotation(at: Date): void {
    if (this.authMethod !== 'client_secret_basic' && this.authMethod !== 'client_secret_post') throw new ClientWithoutSecret(this.clientId);
    this.secretRotatedAt = at;
  }
}
