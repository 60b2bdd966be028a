import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { NotificationConfig } from '../notification.config.js';

const algorithm = 'aes-256-gcm';
const form = 'v1';

/**
 * Encrypts signing secrets for the database (AES-256-GCM). The id of their row is authenticated with them, so an encrypted secret that is
 * copied to another row cannot be decrypted.
 */
@Injectable()
export class SealedSecrets {
  constructor(private readonly config: NotificationConfig) {}

  seal(secret: string, rowId: string): string {
    const nonce = randomBytes(12);
    const cipher = createCipheriv(algorithm, this.config.sealingKey, nonce).setAAD(Buffer.from(rowId));
    const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    return [form, ...[nonce, cipher.getAuthTag(), sealed].map(part => part.toString('base64url'))].join('.');
  }

  /** Throws if the text was changed, belongs to another row or was encrypted with another key. */
  open(text: string, rowId: string): string {
    const [version, ...parts] = text.split('.');
    const [nonce, tag, sealed] = parts.map(part => Buffer.from(part, 'base64url'));
    if (version !== form || !nonce || !tag || !sealed) throw new Error('this is not a sealed secret');
    const decipher = createDecipheriv(algorithm, this.config.sealingKey, nonce, { authTagLength: 16 })
      .setAAD(Buffer.from(rowId))
      .setAuthTag(tag);
    return Buffer.concat([decipher.update(sealed), decipher.final()]).toString('utf8');
  }
}
