import { buffer } from 'node:stream/consumers';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createInflate } from 'node:zlib';
import { FileStore, type KnownFile } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { PdfInspection } from './pdf-inspection.service.js';
import { mostUnpacked, shapeOf } from './scan-shape.rules.js';
import { ScanDamaged, ScanUnpacksTooLarge } from './upload.errors.js';
import type { ScanType } from './upload.rules.js';

/** A page of A3 at 600 dpi has 70 million pixels. */
const mostPixels = 100_000_000;

/** Inspects a stored scan to protect the people who open it later. The platform itself displays none. */
@Injectable()
export class ScanInspection {
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly files: FileStore,
    private readonly pdfs: PdfInspection,
  ) {}

  /**
   * One scan at a time, so that many uploads at once take the memory of one. Throws {@link ScanDamaged},
   * {@link ScanUnpacksTooLarge} or what {@link PdfInspection} throws.
   */
  check(file: KnownFile, mediaType: ScanType): Promise<void> {
    const mine = this.last.then(() => this.inspect(file, mediaType));
    this.last = mine.catch(() => undefined);
    return mine;
  }

  private async inspect(file: KnownFile, mediaType: ScanType): Promise<void> {
    const content = await buffer(await this.files.read(file));
    const { isWhole, pixels, packed } = shapeOf(content, mediaType);
    if (!isWhole) throw new ScanDamaged();
    if (pixels > mostPixels) throw new ScanUnpacksTooLarge();
    let unpacked = 0;
    for (const part of packed) {
      unpacked += await unpackedSize(part, mostUnpacked - unpacked);
      if (unpacked > mostUnpacked) throw new ScanUnpacksTooLarge();
    }
    if (mediaType === 'application/pdf') await this.pdfs.check(content);
  }
}

class Enough extends Error {}

/**
 * The unpacked size of a part; the data is counted and dropped, and unpacking stops shortly after `most`. Returns 0 if the part is not
 * compressed.
 */
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
    // not a zlib stream, truncated, or beyond the limit: the bytes so far count
  }
  return size;
}
