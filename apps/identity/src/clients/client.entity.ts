import type { Role } from '@ciep/contracts';
import { Aggregate, newId, type LocalizedText } from '@ciep/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { ClientWithoutSecret } from './client.errors.js';

export const authMethods = ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'] as const;
export type AuthMethod = (typeof authMethods)[number];
export type GrantType = 'authorization_code' | 'refresh_token' | 'client_credentials';

/** A system that gets tokens: a front-end for people, or a portal or back office acting for itself. */
@Entity({ name: 'oauth_clients' })
export class OauthClient extends Aggregate {
  @PrimaryColumn({ name: 'id', type: 'uuid' }) id!: string;
  @Column({ name: 'version', type: 'int' }) version!: number;
  @Column({ name: 'status', type: 'text' }) status!: 'active' | 'disabled';
  /** The public name in OAuth, for example `portal-210000`. */
  @Column({ name: 'client_id', type: 'text' }) clientId!: string;
  @Column({ name: 'name', type: 'jsonb' }) name!: LocalizedText;
  /** Skips the consent page. */
  @Column({ name: 'first_party', type: 'boolean' }) firstParty!: boolean;
  @Column({ name: 'auth_method', type: 'text' }) authMethod!: AuthMethod;
  @Column({ name: 'grant_types', type: 'text', array: true }) grantTypes!: GrantType[];
  @Column({ name: 'redirect_uris', type: 'text', array: true }) redirectUris!: string[];
  @Column({ name: 'post_logout_redirect_uris', type: 'text', array: true }) postLogoutRedirectUris!: string[];
  /** Scopes of the API that it may ask for. */
  @Column({ name: 'api_scopes', type: 'text', array: true }) apiScopes!: string[];
  /** Public keys for `private_key_jwt`. */
  @Column({ name: 'jwks', type: 'jsonb', nullable: true }) jwks!: { keys: Record<string, unknown>[] } | null;
  /** Whom it acts for when it acts for itself. */
  @Column({ name: 'organisation_id', type: 'uuid', nullable: true }) organisationId!: string | null;
  @Column({ name: 'region_code', type: 'text', nullable: true }) regionCode!: string | null;
  @Column({ name: 'roles', type: 'text', array: true }) roles!: Role[];

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
    };
    return Object.assign(new OauthClient(), { id: newId(), version: 1, status: 'active' as const, ...optional, ...data });
  }

  /** Gets no more tokens, and lets nobody log in. */
  disable(): void {
    this.status = 'disabled';
  }

  /** Gets tokens again. */
  enable(): void {
    this.status = 'active';
  }

  /** Its secrets are changing: counts as a change of the client. */
  noteRotation(): void {
    if (this.authMethod !== 'client_secret_basic' && this.authMethod !== 'client_secret_post') throw new ClientWithoutSecret(this.clientId);
  }
}
