import { PlatformSettings } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { Secrets } from '../secrets/secrets.service.js';
import { LinkUnknown } from './registration.errors.js';

/**
 * One-time links. They stand in no table and in no fact: the code in them is derived from the registration and the number of
 * the link, so it can be made again when the mail is written, and checked without being stored.
 */
@Injectable()
export class Links {
  constructor(
    private readonly secrets: Secrets,
    private readonly platform: PlatformSettings,
  ) {}

  /** The address to mail. */
  async address(registrationId: string, link: number): Promise<string> {
    return `${this.platform.issuer}/registration/${registrationId}/${await this.code(registrationId, link)}`;
  }

  /** The number of the link a code belongs to; throws {@link LinkUnknown}. */
  async read(registrationId: string, code: string): Promise<number> {
    const [number = ''] = code.split('.');
    const genuine =
      /^[1-9]\d{0,5}$/.test(number) &&
      (await this.secrets.verify('links', text(registrationId, Number(number)), code.slice(number.length + 1)));
    if (!genuine) throw new LinkUnknown();
    return Number(number);
  }

  private async code(registrationId: string, link: number): Promise<string> {
    return `${link}.${await this.secrets.sign('links', text(registrationId, link))}`;
  }
}

const text = (registrationId: string, link: number): string => `registration ${registrationId} ${link}`;
