import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PlatformSettings } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { IdentityConfig } from '../identity.config.js';

const format = 1;
const ivBytes = 12;
const tagBytes = 16;

/**
 * The stored secrets were encrypted with another key than the one in the settings. They are never recreated silently, because every
 * session, key and password depends on them.
 */
export class WrongEncryptionKey extends Error {
  constructor(name: string) {
    super(
      `IDENTITY_KEY_ENCRYPTION_KEY does not open the stored secret "${name}". Give the key the database was set up with ` +
        '(in development: the file identity.key in CIEP_DATA_DIR), or the former one as IDENTITY_KEY_ENCRYPTION_KEY_PREVIOUS.',
    );
    this.name = 'WrongEncryptionKey';
  }
}

/**
 * Encrypts data that must not be readable in the database: AES-256-GCM; version byte, IV, tag, text. The name is additional data, so a
 * value moved to another row cannot be decrypted.
 */
@Injectable()
export class Sealing {
  private readonly keys: readonly Buffer[];

  constructor(config: IdentityConfig, platform: PlatformSettings) {
    const present = config.keyEncryptionKey ?? developmentKey(platform);
    this.keys = [present, config.previousKeyEncryptionKey].filter(key => key !== undefined).map(derived);
  }

  seal(name: string, text: Buffer): Buffer {
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv('aes-256-gcm', this.present, iv).setAAD(Buffer.from(name));
    const sealed = Buffer.concat([cipher.update(text), cipher.final()]);
    return Buffer.concat([Buffer.of(format), iv, cipher.getAuthTag(), sealed]);
  }

  /** Throws {@link WrongEncryptionKey}. */
  open(name: string, box: Buffer): Buffer {
    for (const key of this.keys) {
      const opened = opens(key, name, box);
      if (opened) return opened;
    }
    throw new WrongEncryptionKey(name);
  }

  /** Whether only the previous key decrypts it, so that it should be encrypted again. */
  isOutdated(name: string, box: Buffer): boolean {
    return opens(this.present, name, box) === undefined;
  }

  private get present(): Buffer {
    const [key] = this.keys;
    if (!key) throw new Error('there is no encryption key');
    return key;
  }
}

const derived = (key: string): Buffer => Buffer.from(hkdfSync('sha256', key, '', 'ciep identity sealing', 32));

function opens(key: Buffer, name: string, box: Buffer): Buffer | undefined {
  if (box[0] !== format) return undefined;
  const iv = box.subarray(1, 1 + ivBytes);
  const tag = box.subarray(1 + ivBytes, 1 + ivBytes + tagBytes);
  const decipher = createDecipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(name)).setAuthTag(tag);
  try {
    return Buffer.concat([decipher.update(box.subarray(1 + ivBytes + tagBytes)), decipher.final()]);
  } catch {
    return undefined;
  }
}

/** In development (production needs the setting, see `IdentityConfig`) the key is a file beside the data that only its owner can read. */
function developmentKey(platform: PlatformSettings): string {
  mkdirSync(platform.dataDir, { recursive: true });
  const path = join(platform.dataDir, 'identity.key');
  try {
    writeFileSync(path, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readFileSync(path, 'utf8').trim();
}
