import { Database, type Tx } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { IdentityConfig } from '../identity.config.js';
import { keyOf, LockOut, type Terms } from './lock-out.service.js';

/** A login attempt: the account and the network. */
export interface LoginTry {
  /** In its normal form. */
  readonly mail: string;
  /** A network, as returned by `addressOf`. */
  readonly address: string;
}

const hour = 3_600;

/**
 * The keys that a login attempt counts against: the account and the address. If the person has logged in from there before, both together
 * are counted instead, so that guesses from elsewhere, or from the same large network, cannot lock that person out.
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

  /** Counts the try before the password is checked. Throws `TooManyTries`. */
  async count({ mail, address }: LoginTry): Promise<void> {
    const place = placeOf({ mail, address });
    if (await this.isFamiliar(place)) return this.lockOut.admit('login-place', place, this.ofAccount);
    await this.lockOut.admit('login-address', address, this.ofAddress);
    await this.lockOut.admit('login-account', mail, this.ofAccount);
  }

  /** The password was correct: resets the account, returns the try to the address, and remembers the place. */
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

  /** The account has a new password: forgets the failed tries for it, also those at the place where its person is now. */
  async forget({ mail, address }: LoginTry, tx: Tx): Promise<void> {
    await this.lockOut.forget('login-account', mail, tx);
    await this.lockOut.forget('login-place', placeOf({ mail, address }), tx);
  }

  private async isFamiliar(place: string): Promise<boolean> {
    const rows = await this.database.query<unknown[]>('SELECT 1 FROM familiar_places WHERE key = $1', [keyOf('place', place)]);
    return rows.length > 0;
  }
}

const placeOf = ({ mail, address }: LoginTry): string => `${mail}\n${address}`;
