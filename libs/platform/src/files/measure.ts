import { createHash } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';
import { FileTooLarge } from './file-store.js';

/** What the first bytes have to tell about the kind of a file. */
const beginning = 4_100;

/** Counts and digests what passes, and breaks off with {@link FileTooLarge}. */
export class Measure extends Transform {
  /** Bytes so far. Not `size`: other libraries would take that for the length of the whole. */
  bytes = 0;
  /** The first bytes. */
  head = Buffer.alloc(0);
  private readonly hash = createHash('sha256');

  constructor(private readonly maxBytes: number) {
    super();
  }

  /** SHA-256 of everything, once everything has passed; lower-case hexadecimal. */
  digest(): string {
    return this.hash.digest('hex');
  }

  override _transform(chunk: Buffer, _encoding: string, done: TransformCallback): void {
    this.bytes += chunk.length;
    this.hash.update(chunk);
    if (this.head.length < beginning) this.head = Buffer.concat([this.head, chunk.subarray(0, beginning - this.head.length)]);
    done(this.bytes > this.maxBytes ? new FileTooLarge(this.maxBytes) : null, chunk);
  }
}
