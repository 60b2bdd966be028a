import { PlatformSettings } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { Secrets } from '../secrets/secrets.service.js';
import { LinkUnknown } from './registration.errors.js';

/** What a link belongs to; also its place below the issuer. */
export type LinkOwner = 'registration' | 'password-recovery' | 'invitation' | 'mail-change';

/**
 * One-time links. No table and no event contains them: the code is derived from what the link belongs to and the number of the link,
 * so it can be computed again when the mail is written, and checked without being stored.
 */
@Injectable()
export class Links {
  constructor(
    private readonly secrets: Secrets,
    private readonly platform: PlatformSettings,
  ) {}

  /** The URL for the mail. */
  async address(owner: LinkOwner, id: string, link: number): Promise<string> {
    return `${this.platform.issuer}/${owner}/${id}/${link}.${await this.secrets.sign('links', text(owner, id, link))}`;
  }

  /** The number of the link with this code; throws {@link LinkUnknown}. */
  async read(owner: LinkOwner, id: string, code: string): Promise<number> {
    const [number = ''] = code.split('.');
    const genuine =
      /^[1-9]\d{0,5}$/.test(number) && (await this.secrets.verify('links', text(owner, id, Number(number)), code.slice(number.length + 1)));
    if (!genuine) throw new LinkUnknown();
    return Number(number);
  }
}

const text = (owner: LinkOwner, id: string, link: number): string => `${owner} ${id} ${link}`;
