import { randomUUID } from 'node:crypto';
import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DeleteObjectCommand, GetObjectCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { ServiceUnavailableException } from '@nestjs/common';
import { fileTypeFromBuffer } from 'file-type';
import type { FileSettings } from './file-settings.js';
import { FileStore, type StoredFile } from './file-store.js';
import { Measure } from './measure.js';

/** The store sends parts of this size; so much of an upload is in memory. */
const partSize = 5 * 1024 * 1024;

/** The store is out of reach, or refuses us: nothing that the caller could mend. Answers 503. */
export class FileStoreUnavailable extends ServiceUnavailableException {
  constructor(cause: unknown) {
    super('the file store cannot be used at the moment', { cause });
  }
}

/** Files as objects of a bucket, below a prefix; an object appears only when all of it has arrived. */
export class S3FileStore extends FileStore {
  private readonly client: S3Client;
  private readonly bucket: string;

  /** @param prefix what the keys of these files begin with in the bucket: the name of the service */
  constructor(
    settings: FileSettings,
    private readonly prefix: string,
  ) {
    super();
    this.bucket = settings.bucket ?? '';
    this.client = new S3Client(connectionOf(settings));
  }

  async save(content: Readable, { maxBytes }: { readonly maxBytes: number }): Promise<StoredFile> {
    const key = randomUUID();
    const measured = new Measure(maxBytes);
    const upload = new Upload({
      client: this.client,
      params: { Bucket: this.bucket, Key: this.pathOf(key), Body: measured },
      partSize,
      queueSize: 1,
    });
    const sent = upload.done().catch((error: unknown) => {
      // Whoever sends the content must notice, too. Parts that have arrived are taken back by the upload itself.
      measured.destroy();
      throw error;
    });
    const [passed, stored] = await Promise.allSettled([pipeline(content, measured), sent]);
    // What the sender broke reaches the upload as the same error; another one is the store's.
    if (stored.status === 'rejected' && (passed.status === 'fulfilled' || passed.reason !== stored.reason)) {
      throw new FileStoreUnavailable(stored.reason);
    }
    if (passed.status === 'rejected') throw passed.reason;
    return { key, size: measured.bytes, sha256: measured.digest(), mediaType: (await fileTypeFromBuffer(measured.head))?.mime };
  }

  read(key: string): Readable {
    const target = { Bucket: this.bucket, Key: this.pathOf(key) };
    const gone = new AbortController();
    const file = new PassThrough().once('close', () => gone.abort());
    this.client
      .send(new GetObjectCommand(target), { abortSignal: gone.signal })
      .then(({ Body }) => pipeline(Body as Readable, file))
      .catch((error: unknown) => file.destroy(error instanceof Error ? error : new Error(String(error))));
    return file;
  }

  async remove(key: string): Promise<void> {
    await this.client.send(new DeleteObjectCommand({ Bucket: this.bucket, Key: this.pathOf(key) })).catch((error: unknown) => {
      throw new FileStoreUnavailable(error);
    });
  }

  private pathOf(key: string): string {
    if (!/^[0-9a-f-]{36}$/.test(key)) throw new Error('this is not the key of a stored file');
    return `${this.prefix}/${key}`;
  }
}

function connectionOf({ endpoint, region, accessKeyId, secretAccessKey }: FileSettings): S3ClientConfig {
  return {
    region,
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 3_000, socketTimeout: 10_000 },
    // Stores other than AWS's know no checksums in trailers.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // Their buckets are paths, not names of hosts.
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
    ...(accessKeyId !== undefined && secretAccessKey !== undefined && { credentials: { accessKeyId, secretAccessKey } }),
  };
}
