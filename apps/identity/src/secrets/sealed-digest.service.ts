import { SecretDigest } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { Secrets } from './secrets.service.js';

/** Digests bodies with passwords by a secret that the database keeps encrypted. */
@Injectable()
export class SealedDigest extends SecretDigest {
  constructor(private readonly secrets: Secrets) {
    super();
  }

  async of(text: string): Promise<Buffer> {
    return Buffer.from(await this.secrets.sign('bodies', text), 'base64url');
  }
}
