import { createHmac } from 'node:crypto';
import { Clock, normalCode } from '@ciep/kernel';
import { Injectable } from '@nestjs/common';
import { generateURI, ScureBase32Plugin, verifySync } from 'otplib';
import { Secrets } from '../secrets/secrets.service.js';
import { codesInSet } from './second-factor.rules.js';

/** What the secrets of an account are derived from. */
export interface FactorNumbers {
  readonly id: string;
  readonly secrets: number;
  readonly codeSets: number;
}

/** Bytes of a secret (RFC 4226 asks for 20) and of a recovery code. */
const secretBytes = 20;
const codeBytes = 7;
const codeLength = 10;
/** Clocks of phones may be wrong by one code. */
const toleranceSeconds = 30;

const base32 = new ScureBase32Plugin();
const encoded = (bytes: Uint8Array): string => base32.encode(bytes).replaceAll('=', '');

/**
 * Time-based one-time passwords (RFC 6238: SHA-1, six digits, 30 seconds, which every app understands) and recovery codes. Both are
 * derived by HMAC with a secret that the database keeps encrypted, so that no table contains them.
 */
@Injectable()
export class Authenticator {
  constructor(
    private readonly secrets: Secrets,
    private readonly clock: Clock,
  ) {}

  /** The secret as people type it: 32 letters and digits. */
  async secret({ id, secrets }: FactorNumbers): Promise<string> {
    return encoded(await this.derive(`totp ${id} ${secrets}`, secretBytes));
  }

  /** The address that an app reads as a QR code. */
  async uri(factor: FactorNumbers & { readonly mail: string }): Promise<string> {
    return generateURI({ issuer: 'CIEP', label: factor.mail, secret: await this.secret(factor) });
  }

  /** The time step of a correct code after the given one; undefined for any other code. */
  async step(factor: FactorNumbers, code: string, after: number): Promise<number | undefined> {
    const token = normalCode(code);
    if (!/^\d{6}$/.test(token)) return undefined;
    const result = verifySync({
      secret: await this.secret(factor),
      token,
      epoch: Math.floor(Date.now() / 1_000),
      epochTolerance: toleranceSeconds,
      ...(after > 0 && { afterTimeStep: after }),
    });
    return result.valid && 'timeStep' in result ? result.timeStep : undefined;
  }

  /** The recovery codes of the newest set: two groups of five letters and digits. */
  recoveryCodes({ id, codeSets }: FactorNumbers): Promise<string[]> {
    const numbers = Array.from({ length: codesInSet }, (_, number) => number);
    return Promise.all(numbers.map(async number => grouped(encoded(await this.derive(`recovery ${id} ${codeSets} ${number}`, codeBytes)))));
  }

  /** The number of a recovery code in its set; undefined for any other text. */
  async recoveryNumber(factor: FactorNumbers, code: string): Promise<number | undefined> {
    const [given, codes] = [normalCode(code).replaceAll('-', ''), await this.recoveryCodes(factor)];
    const number = codes.findIndex(known => known.replaceAll('-', '') === given);
    return number < 0 ? undefined : number;
  }

  private async derive(text: string, bytes: number): Promise<Uint8Array> {
    return createHmac('sha256', await this.secrets.get('factors'))
      .update(text)
      .digest()
      .subarray(0, bytes);
  }
}

const grouped = (code: string): string => `${code.slice(0, codeLength / 2)}-${code.slice(codeLength / 2, codeLength)}`;
