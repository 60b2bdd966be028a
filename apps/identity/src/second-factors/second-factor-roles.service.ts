import type { Role } from '@ciep/contracts';
import { Injectable } from '@nestjs/common';
import { IdentityConfig } from '../identity.config.js';
import { secondFactorMethod } from './second-factor.rules.js';

/** The roles that need a second factor: a setting (docs/rules.md#second-factor-roles). */
@Injectable()
export class SecondFactorRoles {
  private readonly needing: ReadonlySet<Role>;

  constructor(config: IdentityConfig) {
    this.needing = new Set(config.secondFactorRoles);
  }

  /** Whether one of these roles needs it. */
  isNeededFor(roles: readonly Role[]): boolean {
    return roles.some(role => this.needing.has(role));
  }

  /** The roles that a login by these methods may use. */
  usable(roles: readonly Role[], methods: readonly string[]): Role[] {
    return methods.includes(secondFactorMethod) ? [...roles] : roles.filter(role => !this.needing.has(role));
  }
}
