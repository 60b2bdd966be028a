import type { Readable } from 'node:stream';
import { DomainError } from '@ciep/kernel';

/** A file that was stored. */
export interface StoredFile {
  /** Its address in the store: random, says nothing. */
  readonly key: string;
  /** In bytes. */
  readonly size: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  /** What the content itself says it is (`application/pdf`); undefined when it says nothing known. */
  readonly mediaType: string | undefined;
}

/** The file is larger than the route admits. */
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

/** Where uploaded files are kept. */
export abstract class FileStore {
  /** Stores a stream, never holding it in memory. Throws {@link FileTooLarge}, after which nothing is left behind. */
  abstract save(content: Readable, limits: { readonly maxBytes: number }): Promise<StoredFile>;
  /** Reads a stored file. */
  abstract read(key: string): Readable;
  /** Removes a file; one that is gone already is fine. */
  abstract remove(key: string): Promise<void>;
}
