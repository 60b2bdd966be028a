import { permissionsOf, type Permission, type Role } from '@ciep/contracts';
import { OrganisationMissing } from './auth.errors.js';

/** Who is calling, as its access token says. */
export class Principal {
  private readonly permissions: ReadonlySet<Permission>;

  constructor(
    readonly kind: 'user' | 'client' | 'service',
    /** Account id of a person, client id of a client. */
    readonly id: string,
    readonly clientId: string,
    readonly roles: readonly Role[],
    readonly scopes: readonly string[],
    readonly organisationId?: string,
    /** The one region this principal is bound to. */
    readonly regionCode?: string,
    /** Mark of the grant its token was made from (claim `gid`); revoked together with it. */
    readonly grantId?: string,
    /** Its token's own id (claim `jti`). */
    readonly tokenId?: string,
  ) {
    this.permissions = new Set(permissionsOf(roles));
  }

  /** Whether one of its roles has the permission. */
  may(permission: Permission): boolean {
    return this.permissions.has(permission);
  }

  /** Its organisation, where only an organisation can own something; throws {@link OrganisationMissing} (403) without one. */
  get owner(): string {
    if (this.organisationId === undefined) throw new OrganisationMissing();
    return this.organisationId;
  }
}
