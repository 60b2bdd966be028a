import { Writable, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DomainError } from '@ciep/kernel';
import { ServiceUnavailableException } from '@nestjs/common';
import type { Log } from '../logging/log.js';
import { damagedFiles } from '../metrics/metrics.js';
import { Proof, type FileDamage } from './proof.js';

/** A file that was stored. */
export interface StoredFile {
  /** Its random key in the store. */
  readonly key: string;
  /** In bytes. */
  readonly size: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  /** The media type found in the content (`application/pdf`); undefined if it is unknown. */
  readonly mediaType: string | undefined;
}

/** The file is larger than the route allows. */
export class FileTooLarge extends DomainError {
  constructor(maxBytes: number) {
    super(
      'invalid',
      'file.too_large',
      { zh: `文件超过上限（${maxBytes} 字节）。`, en: `The file is larger than ${maxBytes} bytes.` },
      { maxBytes },
    );
  }
}

/** Where a stored file is, with its size and digest at the time it was stored. */
export type KnownFile = Pick<StoredFile, 'key' | 'size' | 'sha256'>;

/** A stored file is missing, or differs from what was stored. Only a backup helps (docs/runbook.md#stored-files-damaged). Answers 503. */
export class StoredFileDamaged extends DomainError {
  constructor(
    readonly key: string,
    readonly damage: FileDamage,
  ) {
    const text =
      damage === 'missing'
        ? {
            zh: '存储的文件已丢失，已通知运维人员从备份恢复。',
            en: 'The stored file is lost; the operators have been told and restore it.',
          }
        : {
            zh: '存储的文件已损坏，已通知运维人员从备份恢复。',
            en: 'The stored file is damaged; the operators have been told and restore it.',
          };
    super('unavailable', damage === 'missing' ? 'file.missing' : 'file.damaged', text);
  }
}

/** The store cannot be reached, or refuses our credentials. The caller cannot mend that. Answers 503. */
export class FileStoreUnavailable extends ServiceUnavailableException {
  constructor(cause: unknown) {
    super('the file store cannot be used at the moment', { cause });
  }
}

/** Where uploaded files are kept. */
export abstract class FileStore {
  constructor(
    private readonly service: string,
    private readonly log: Log,
  ) {}

  /** Stores a stream without holding it in memory. Throws {@link FileTooLarge} and leaves nothing behind. */
  abstract save(content: Readable, limits: { readonly maxBytes: number }): Promise<StoredFile>;
  /** Removes a file. Does nothing if there is none. */
  abstract remove(key: string): Promise<void>;
  /** The stored bytes as they are; `undefined` when there are none. */
  protected abstract open(key: string): Promise<Readable | undefined>;

  /**
   * Opens a stored file. Reads all of it first: a file that differs from what was stored is logged and counted, and throws
   * {@link StoredFileDamaged}. The stream fails if the file changes after that.
   */
  async read(file: KnownFile): Promise<Readable> {
    this.checked(file.key);
    try {
      await pipeline(await this.proved(file), new Writable({ write: (_chunk, _encoding, done) => done() }));
      return await this.proved(file);
    } catch (error) {
      throw error instanceof StoredFileDamaged ? error : new FileStoreUnavailable(error);
    }
  }

  /** Accepts only keys that we made, so that no key leads out of the store. */
  protected checked(key: string): string {
    if (!/^[0-9a-f-]{36}$/.test(key)) throw new Error('this is not the key of a stored file');
    return key;
  }

  private async proved(file: KnownFile): Promise<Readable> {
    const content = await this.open(file.key);
    if (!content) throw this.noted(new StoredFileDamaged(file.key, 'missing'));
    const proof = new Proof(file, damage => this.noted(new StoredFileDamaged(file.key, damage)));
    // The reader of the checked stream gets every error.
    pipeline(content, proof).catch(() => undefined);
    return proof;
  }

  private noted(error: StoredFileDamaged): StoredFileDamaged {
    const { key, damage } = error;
    damagedFiles.inc({ service: this.service, damage });
    this.log.error({ key, damage }, 'a stored file is not what was stored');
    return error;
  }
}
