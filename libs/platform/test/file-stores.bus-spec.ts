import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startS3, type S3Server } from '../../../tools/s3/s3.js';
import { fileStoreOf } from '../src/files/file-store-of.js';
import { FileStoreUnavailable, FileTooLarge, type FileStore } from '../src/files/file-store.js';
import { createLog } from '../src/logging/log.js';
import { damagedFiles } from '../src/metrics/metrics.js';
import { ConfigurationError } from '../src/settings/settings.js';

const megabyte = 1024 * 1024;
const pdf = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(20_000), Buffer.from('\n%%EOF\n')]);
const digestOf = (content: Buffer): string => createHash('sha256').update(content).digest('hex');
const inChunks = (content: Buffer): Readable =>
  Readable.from(
    Array.from({ length: Math.ceil(content.length / 65_536) }, (_, index) => content.subarray(index * 65_536, (index + 1) * 65_536)),
  );

/** Sends half of a file and then aborts like a lost client. */
async function* brokenOff(content: Buffer) {
  yield content.subarray(0, content.length / 2);
  await Promise.resolve();
  throw new Error('the client is gone');
}

const lines: string[] = [];
const log = createLog('error', { write: line => lines.push(line) });

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

const large = randomBytes(megabyte + 7);
const flipped = (content: Buffer, at: number): Buffer => {
  content[at] = (content[at] ?? 0) ^ 1;
  return content;
};
const countOf = async (damage: string): Promise<number> =>
  (await damagedFiles.get()).values.find(({ labels }) => labels.service === 'library' && labels.damage === damage)?.value ?? 0;

/** All files below a folder. */
const filesIn = (path: string): string[] =>
  readdirSync(path, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile()).map(entry => entry.name); // prettier-ignore
/** Where a stored file lies. */
const pathIn = (path: string, key: string): string =>
  join(path, readdirSync(path, { recursive: true, encoding: 'utf8' }).find(each => basename(each) === key) ?? '');

describe.each([
  { name: 'LocalFileStore', environment: () => ({}), kept: () => join(folder, 'data') },
  { name: 'S3FileStore', environment: () => s3Settings(), kept: () => s3.folder },
])('$name', ({ environment, kept }) => {
  let store: FileStore;
  beforeAll(async () => {
    store = await fileStoreOf(environment(), join(folder, 'data'), 'library', log);
  });

  it('returns what was stored, with its media type', async () => {
    const stored = await store.save(inChunks(pdf), { maxBytes: megabyte });
    expect(stored).toEqual({
      key: expect.stringMatching(/^[0-9a-f-]{36}$/),
      size: pdf.length,
      sha256: digestOf(pdf),
      mediaType: 'application/pdf',
    });
    expect(await buffer(await store.read(stored))).toEqual(pdf);
    expect((await store.save(Readable.from([Buffer.from('nothing known')]), { maxBytes: megabyte })).mediaType).toBeUndefined();
  });

  it('stores files of several parts', async () => {
    const large = randomBytes(12 * megabyte + 7);
    const stored = await store.save(inChunks(large), { maxBytes: 20 * megabyte });
    expect(stored.sha256).toBe(digestOf(large));
    expect(digestOf(await buffer(await store.read(stored)))).toBe(stored.sha256);
  });

  it.each([
    ['a small file', 100_000, 50_000],
    ['a file of many parts', 14 * megabyte, 13 * megabyte],
  ])('leaves nothing behind of %s that is too large', async (_, size, maxBytes) => {
    const before = filesIn(kept());
    await expect(store.save(inChunks(randomBytes(size)), { maxBytes })).rejects.toThrow(FileTooLarge);
    expect(filesIn(kept())).toEqual(before);
  });

  it('leaves nothing behind of an aborted upload', async () => {
    const before = filesIn(kept());
    for (const size of [100_000, 14 * megabyte]) {
      await expect(store.save(Readable.from(brokenOff(randomBytes(size))), { maxBytes: 20 * megabyte })).rejects.toThrow(
        'the client is gone',
      );
    }
    expect(filesIn(kept())).toEqual(before);
  });

  it('removes a file, and accepts that it is already gone', async () => {
    const stored = await store.save(inChunks(pdf), { maxBytes: megabyte });
    await store.remove(stored.key);
    await store.remove(stored.key);
    await expect(store.read(stored)).rejects.toMatchObject({ damage: 'missing' });
  });

  it.each<[string, (path: string) => void]>([
    ['missing', path => rmSync(path)],
    ['shortened', path => truncateSync(path, large.length - 1)],
    ['shortened', path => truncateSync(path, 0)],
    ['lengthened', path => appendFileSync(path, '\n')],
    ['changed', path => writeFileSync(path, flipped(readFileSync(path), 0))],
    ['changed', path => writeFileSync(path, flipped(readFileSync(path), large.length - 1))],
  ])('gives out nothing of a file that is %s, logs it and counts it', async (damage, harm) => {
    const stored = await store.save(inChunks(large), { maxBytes: 2 * megabyte });
    harm(pathIn(kept(), stored.key));
    const counted = await countOf(damage);
    await expect(store.read(stored)).rejects.toMatchObject({ damage, kind: 'unavailable' });
    expect(await countOf(damage)).toBe(counted + 1);
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ level: 'error', key: stored.key, damage });
  });

  it('refuses to read a file by a key that it did not create', async () => {
    await expect(store.read({ key: '../../etc/passwd', size: 1, sha256: '' })).rejects.toThrow('not the key of a stored file');
  });
});

describe('S3FileStore', () => {
  it('keeps the files of each service separate', async () => {
    const [library, theatre] = await Promise.all(['library', 'theatre'].map(name => fileStoreOf(s3Settings(), folder, name, log)));
    const stored = (await library?.save(inChunks(pdf), { maxBytes: megabyte })) ?? { key: '', size: 0, sha256: '' };
    await expect(theatre?.read(stored)).rejects.toMatchObject({ damage: 'missing' });
    expect(filesIn(join(s3.folder, 'library'))).toContain(stored.key);
  });

  it('reports the store as unavailable when its key is refused or the store is down', async () => {
    for (const settings of [s3Settings('another secret'), s3Settings(undefined, 'http://127.0.0.1:1')]) {
      const store = await fileStoreOf(settings, folder, 'library', log);
      await expect(store.save(inChunks(pdf), { maxBytes: megabyte })).rejects.toThrow(FileStoreUnavailable);
      await expect(store.save(inChunks(randomBytes(12 * megabyte)), { maxBytes: 20 * megabyte })).rejects.toThrow(FileStoreUnavailable);
      await expect(store.read({ key: randomUUID(), size: 1, sha256: '' })).rejects.toThrow(FileStoreUnavailable);
    }
  });

  it('does not start with only half of a key', async () => {
    const { CIEP_S3_SECRET_ACCESS_KEY: _, ...half } = s3Settings();
    await expect(fileStoreOf(half, folder, 'library', log)).rejects.toThrow(ConfigurationError);
  });
});
