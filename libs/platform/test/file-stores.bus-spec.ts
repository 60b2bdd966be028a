import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startS3, type S3Server } from '../../../tools/s3/s3.js';
import { fileStoreOf } from '../src/files/file-store-of.js';
import { FileTooLarge, type FileStore } from '../src/files/file-store.js';
import { FileStoreUnavailable } from '../src/files/s3-file-store.js';
import { ConfigurationError } from '../src/settings/settings.js';

const megabyte = 1024 * 1024;
const pdf = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(20_000), Buffer.from('\n%%EOF\n')]);
const digestOf = (content: Buffer): string => createHash('sha256').update(content).digest('hex');
const inChunks = (content: Buffer): Readable =>
  Readable.from(
    Array.from({ length: Math.ceil(content.length / 65_536) }, (_, index) => content.subarray(index * 65_536, (index + 1) * 65_536)),
  );

/** Half of a file, then the client is gone. */
async function* brokenOff(content: Buffer) {
  yield content.subarray(0, content.length / 2);
  await Promise.resolve();
  throw new Error('the client is gone');
}

let folder: string;
let s3: S3Server;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ciep-files-'));
  s3 = await startS3(folder);
});
afterAll(async () => {
  await s3.stop();
  rmSync(folder, { recursive: true, force: true });
});

const s3Settings = (secret = s3.secretAccessKey, endpoint = s3.endpoint) => ({
  CIEP_S3_BUCKET: s3.bucket,
  CIEP_S3_ENDPOINT: endpoint,
  CIEP_S3_ACCESS_KEY_ID: s3.accessKeyId,
  CIEP_S3_SECRET_ACCESS_KEY: secret,
});

/** Everything below a folder that is a file. */
const filesIn = (path: string): string[] =>
  readdirSync(path, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile()).map(entry => entry.name); // prettier-ignore

describe.each([
  { name: 'LocalFileStore', environment: () => ({}), kept: () => join(folder, 'data') },
  { name: 'S3FileStore', environment: () => s3Settings(), kept: () => s3.folder },
])('$name', ({ environment, kept }) => {
  let store: FileStore;
  beforeAll(async () => {
    store = await fileStoreOf(environment(), join(folder, 'data'), 'library');
  });

  it('gives back what was stored, and says what it is', async () => {
    const stored = await store.save(inChunks(pdf), { maxBytes: megabyte });
    expect(stored).toEqual({
      key: expect.stringMatching(/^[0-9a-f-]{36}$/),
      size: pdf.length,
      sha256: digestOf(pdf),
      mediaType: 'application/pdf',
    });
    expect(await buffer(store.read(stored.key))).toEqual(pdf);
    expect((await store.save(Readable.from([Buffer.from('nothing known')]), { maxBytes: megabyte })).mediaType).toBeUndefined();
  });

  it('stores more than a part at a time', async () => {
    const large = randomBytes(12 * megabyte + 7);
    const { key, sha256 } = await store.save(inChunks(large), { maxBytes: 20 * megabyte });
    expect(sha256).toBe(digestOf(large));
    expect(digestOf(await buffer(store.read(key)))).toBe(sha256);
  });

  it.each([
    ['a small file', 100_000, 50_000],
    ['a file of many parts', 14 * megabyte, 13 * megabyte],
  ])('leaves nothing behind of %s that is too large', async (_, size, maxBytes) => {
    const before = filesIn(kept());
    await expect(store.save(inChunks(randomBytes(size)), { maxBytes })).rejects.toThrow(FileTooLarge);
    expect(filesIn(kept())).toEqual(before);
  });

  it('leaves nothing behind of a file whose sender breaks off', async () => {
    const before = filesIn(kept());
    for (const size of [100_000, 14 * megabyte]) {
      await expect(store.save(Readable.from(brokenOff(randomBytes(size))), { maxBytes: 20 * megabyte })).rejects.toThrow(
        'the client is gone',
      );
    }
    expect(filesIn(kept())).toEqual(before);
  });

  it('removes, and does not mind what is gone already', async () => {
    const { key } = await store.save(inChunks(pdf), { maxBytes: megabyte });
    await store.remove(key);
    await store.remove(key);
    await expect(buffer(store.read(key))).rejects.toThrow();
  });

  it('reads no file by a key that it did not make', () => {
    expect(() => store.read('../../etc/passwd')).toThrow('not the key of a stored file');
  });
});

describe('S3FileStore', () => {
  it('keeps the files of each service apart', async () => {
    const [library, theatre] = await Promise.all(['library', 'theatre'].map(name => fileStoreOf(s3Settings(), folder, name)));
    const { key } = (await library?.save(inChunks(pdf), { maxBytes: megabyte })) ?? { key: '' };
    await expect(buffer(theatre?.read(key) ?? Readable.from([]))).rejects.toThrow();
    expect(filesIn(join(s3.folder, 'library'))).toContain(key);
  });

  it('is unavailable, not wrong, with a key that the store refuses and without a store', async () => {
    for (const settings of [s3Settings('another secret'), s3Settings(undefined, 'http://127.0.0.1:1')]) {
      const store = await fileStoreOf(settings, folder, 'library');
      await expect(store.save(inChunks(pdf), { maxBytes: megabyte })).rejects.toThrow(FileStoreUnavailable);
      await expect(store.save(inChunks(randomBytes(12 * megabyte)), { maxBytes: 20 * megabyte })).rejects.toThrow(FileStoreUnavailable);
    }
  });

  it('does not start with half of a key', async () => {
    const { CIEP_S3_SECRET_ACCESS_KEY: _, ...half } = s3Settings();
    await expect(fileStoreOf(half, folder, 'library')).rejects.toThrow(ConfigurationError);
  });
});
