import { createHash } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';
import { FileTooLarge } from './file-store.js';

/** As many bytes as the detection of the media type needs. */
const headLength = 4_100;

/** Counts and digests the bytes that pass; fails with {@link FileTooLarge}. */
export class Measure extends Transform {
  /** Bytes so far. Not called `size`, which other libraries read as the length of the whole stream. */
  bytes = 0;
  /** The first bytes. */
  head = Buffer.alloc(0);
  private readonly hash = createHash('sha256');

  constructor(private readonly maxBytes: number) {
    super();
  }

  /** SHA-256 of all bytes, in lower-case hexadecimal; call it at the end of the stream. */
  digest(): string {
    return this.hash.digest('hex');
  }

  override _transform(chunk: Buffer, _encoding: string, done: TransformCallback): void {
    this.bytes += chunk.length;
    this.hash.update(chunk);
    if (this.head.length < headLength) this.head = Buffer.concat([this.head, chunk.subarray(0, headLength - this.head.length)]);
    done(this.bytes > this.maxBytes ? new FileTooLarge(this.maxBytes) : null, chunk);
  }
}
