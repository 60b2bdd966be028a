import { Injectable } from '@nestjs/common';
import { isGuessable, isPassword, type PersonalWords } from '../accounts/password.rules.js';
import { Passwords } from '../accounts/passwords.service.js';
import { CommonPasswords } from './common-passwords.service.js';
import { PasswordLengthWrong, PasswordTooCommon } from './password.errors.js';

/** Every password that a person chooses passes through here, whatever it is for (docs/rules.md#password-choice). */
@Injectable()
export class ChosenPasswords {
  constructor(
    private readonly common: CommonPasswords,
    private readonly passwords: Passwords,
  ) {}

  /** The hash to store. Throws `PasswordLengthWrong`, `PasswordTooCommon` and `TooBusy`. */
  async hash(password: string, person: PersonalWords): Promise<string> {
    if (!isPassword(password)) throw new PasswordLengthWrong();
    if (isGuessable(password, person, await this.common.all())) throw new PasswordTooCommon();
    return this.passwords.hash(password);
  }
}
