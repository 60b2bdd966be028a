import { Injectable } from '@nestjs/common';

/**
 * The 50,000 passwords that people choose most, from leaked collections. They ship with a package, so no other server is asked. They are
 * loaded when the first password is chosen, because most processes never need them.
 */
@Injectable()
export class CommonPasswords {
  private loaded: Promise<ReadonlySet<string>> | undefined;

  all(): Promise<ReadonlySet<string>> {
    return (this.loaded ??= this.load());
  }

  private async load(): Promise<ReadonlySet<string>> {
    const { dictionary } = await import('@zxcvbn-ts/language-common');
    return new Set(dictionary['passwords-common']);
  }
}
