import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileTypeFromFile } from 'file-type';
import type { Log } from '../logging/log.js';
import { FileStore, type StoredFile } from './file-store.js';
import { Measure } from './measure.js';

/** Files in a folder. A file gets its name when it is complete on the disk. */
export class LocalFileStore extends FileStore {
  constructor(
    private readonly folder: string,
    service: string,
    log: Log,
  ) {
    super(service, log);
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

  async remove(key: string): Promise<void> {
    await rm(this.pathOf(key), { force: true });
  }

  protected async open(key: string): Promise<Readable | undefined> {
    try {
      return (await open(this.pathOf(key))).createReadStream();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  private pathOf(key: string): string {
    return join(this.folder, this.checked(key));
  }
}
