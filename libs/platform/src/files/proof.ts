import { createHash } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';

/** How a stored file differs from what was stored. */
export type FileDamage = 'missing' | 'shortened' | 'lengthened' | 'changed';

/** Passes a stored file on. Fails at its end, or where it becomes longer, if it differs from what was stored. */
export class Proof extends Transform {
  private bytes = 0;
  private readonly hash = createHash('sha256');

  constructor(
    private readonly file: { readonly size: number; readonly sha256: string },
    private readonly damaged: (damage: FileDamage) => Error,
  ) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: string, done: TransformCallback): void {
    this.bytes += chunk.length;
    this.hash.update(chunk);
    if (this.bytes > this.file.size) done(this.damaged('lengthened'));
    else done(null, chunk);
  }

  override _flush(done: TransformCallback): void {
    if (this.bytes < this.file.size) done(this.damaged('shortened'));
    else if (this.hash.digest('hex') !== this.file.sha256) done(this.damaged('changed'));
    else done();
  }
}
