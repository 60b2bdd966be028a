import { buffer } from 'node:stream/consumers';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createInflate } from 'node:zlib';
import { FileStore } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { mostUnpacked, shapeOf } from './scan-shape.rules.js';
import { ScanDamaged, ScanUnpacksTooLarge } from './upload.errors.js';
import type { ScanType } from './upload.rules.js';

/** A page of A3 at 600 dpi has 70 million pixels. */
const mostPixels = 100_000_000;

/** Looks at a stored scan for the sake of those who will open it: the platform itself never does. */
@Injectable()
export class ScanInspection {
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly files: FileStore) {}

  /** One scan at a time, so that many uploads at once take the memory of one. Throws {@link ScanDamaged} or {@link ScanUnpacksTooLarge}. */
  check(key: string, mediaType: ScanType): Promise<void> {
    const mine = this.last.then(() => this.inspect(key, mediaType));
    this.last = mine.catch(() => undefined);
    return mine;
  }

  private async inspect(key: string, mediaType: ScanType): Promise<void> {
    const { isWhole, pixels, packed } = shapeOf(await buffer(this.files.read(key)), mediaType);
    if (!isWhole) throw new ScanDamaged();
    if (pixels > mostPixels) throw new ScanUnpacksTooLarge();
    let unpacked = 0;
    for (const part of packed) {
      unpacked += await unpackedSize(part, mostUnpacked - unpacked);
      if (unpacked > mostUnpacked) throw new ScanUnpacksTooLarge();
    }
  }
}

class Enough extends Error {}

/** How much a part unpacks to, counted and thrown away; no more than a little over `most` is unpacked. What is not packed this way is 0. */
async function unpackedSize(part: Buffer, most: number): Promise<number> {
  let size = 0;
  const count = new Writable({
    write(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      done(size > most ? new Enough() : null);
    },
  });
  try {
    await pipeline(Readable.from([part], { objectMode: false }), createInflate({ chunkSize: 1024 * 1024 }), count);
  } catch {
    // it is no such stream, is cut off, or there was enough of it: what came out counts
  }
  return size;
}
