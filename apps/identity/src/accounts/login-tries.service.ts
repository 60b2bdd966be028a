import { Database } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { IdentityConfig } from '../identity.config.js';
import { keyOf, LockOut, type Terms } from './lock-out.service.js';

/** Who tries to log in, from where. */
export interface LoginTry {
  /** As it is stored, in lower case. */
  readonly mail: string;
  /** A network, as `addressOf` names it. */
  readonly address: string;
}

const hour = 3_600;

/**
 * What a try to log in is counted by: the account and the address. Where the person has logged in before, both together are
 * counted instead, so that whoever guesses from elsewhere, or from the same large network, closes nobody's own door.
 */
@Injectable()
export class LoginTries {
  private readonly ofAccount: Terms;
  private readonly ofAddress: Terms;

  constructor(
    private readonly lockOut: LockOut,
    private readonly database: Database,
    config: IdentityConfig,
  ) {
    this.ofAccount = { free: config.tries, regainSeconds: hour };
    this.ofAddress = { free: config.addressTries, regainSeconds: 10 };
  }

  /** Counts the try before the password is looked at. Throws `TooManyTries`. */
  async count({ mail, address }: LoginTry): Promise<void> {
    const place = placeOf({ mail, address });
    if (await this.isFamiliar(place)) return this.lockOut.admit('login-place', place, this.ofAccount);
    await this.lockOut.admit('login-address', address, this.ofAddress);
    await this.lockOut.admit('login-account', mail, this.ofAccount);
  }

  /** The password was right: forgives the account, gives the address its try back, and remembers the place. */
  async succeeded({ mail, address }: LoginTry): Promise<void> {
    const place = placeOf({ mail, address });
    if (await this.isFamiliar(place)) await this.lockOut.forget('login-place', place);
    else {
      await this.lockOut.forget('login-account', mail);
      await this.lockOut.giveBack('login-address', address, this.ofAddress);
    }
    await this.database.query(
      `INSERT INTO familiar_places (key, seen_at) VALUES ($1, now()) ON CONFLICT (key) DO UPDATE SET seen_at = excluded.seen_at`,
      [keyOf('place', place)],
    );
  }

  private async isFamiliar(place: string): Promise<boolean> {
    const rows = await this.database.query<unknown[]>('SELECT 1 FROM familiar_places WHERE key = $1', [keyOf('place', place)]);
    return rows.length > 0;
  }
}

const placeOf = ({ mail, address }: LoginTry): string => `${mail}\n${address}`;
