import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileTypeFromFile } from 'file-type';
import { FileStore, type StoredFile } from './file-store.js';
import { Measure } from './measure.js';

/** Files in a folder; a file appears under its name only when all of it is on the disk. */
export class LocalFileStore extends FileStore {
  constructor(private readonly folder: string) {
    super();
  }

  async save(content: Readable, { maxBytes }: { readonly maxBytes: number }): Promise<StoredFile> {
    await mkdir(this.folder, { recursive: true });
    const key = randomUUID();
    const partial = join(this.folder, `${key}.part`);
    const measured = new Measure(maxBytes);
    try {
      await pipeline(content, measured, createWriteStream(partial, { mode: 0o600 }));
      const handle = await open(partial, 'r');
      await handle.sync().finally(() => handle.close());
      const mediaType = (await fileTypeFromFile(partial))?.mime;
      await rename(partial, join(this.folder, key));
      return { key, size: measured.bytes, sha256: measured.digest(), mediaType };
    } catch (error) {
      await rm(partial, { force: true });
      throw error;
    }
  }

  read(key: string): Readable {
    return createReadStream(this.pathOf(key));
  }

  async remove(key: string): Promise<void> {
    await rm(this.pathOf(key), { force: true });
  }

  private pathOf(key: string): string {
    if (!/^[0-9a-f-]{36}$/.test(key)) throw new Error('this is not the key of a stored file');
    return join(this.folder, key);
  }
}
