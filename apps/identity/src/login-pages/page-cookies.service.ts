import type { Language } from '@ciep/kernel';
import { PlatformSettings } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { clientToKeep, languageToKeep } from '../pages/reader.rules.js';

/** The cookies of the pages, as values of `Set-Cookie` (docs/security.md#cookies). */
@Injectable()
export class PageCookies {
  private readonly isSecure: boolean;

  constructor({ issuer }: PlatformSettings) {
    this.isSecure = issuer.startsWith('https:');
  }

  language(chosen: Language): string {
    return languageToKeep(chosen, this.isSecure);
  }

  client(clientId: string): string {
    return clientToKeep(clientId, this.isSecure);
  }
}
