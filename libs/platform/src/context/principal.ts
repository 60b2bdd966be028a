import { permissionsOf, type Permission, type Role } from '@ciep/contracts';
import { DomainError } from '@ciep/kernel';

/** The caller belongs to no organisation, and the action needs one. */
export class OrganisationMissing extends DomainError {
  constructor() {
    super('forbidden', 'organisation.missing', {
      zh: '此操作只能由机构成员进行。',
      en: 'Only somebody who belongs to an organisation can do this.',
    });
  }
}

/** The caller, as its access token describes it. */
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
    /** Mark of its token's grant (claim `gid`), by which all tokens of the grant can be revoked. */
    readonly grantId?: string,
    /** Id of its token (claim `jti`). */
    readonly tokenId?: string,
  ) {
    this.permissions = new Set(permissionsOf(roles));
  }

  /** Whether one of its roles has the permission. */
  may(permission: Permission): boolean {
    return this.permissions.has(permission);
  }

  /** Its organisation; throws {@link OrganisationMissing} (403) if it has none. */
  get owner(): string {
    if (this.organisationId === undefined) throw new OrganisationMissing();
    return this.organisationId;
  }
}
