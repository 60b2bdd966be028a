import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DeleteObjectCommand, GetObjectCommand, NoSuchKey, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { fileTypeFromBuffer } from 'file-type';
import type { Log } from '../logging/log.js';
import type { FileSettings } from './file-settings.js';
import { FileStore, FileStoreUnavailable, type StoredFile } from './file-store.js';
import { Measure } from './measure.js';

/** Size of an uploaded part. Each upload keeps one part in memory. */
const partSize = 5 * 1024 * 1024;

/** Files as objects of a bucket, below a prefix; an object appears only when all of it has arrived. */
export class S3FileStore extends FileStore {
  private readonly client: S3Client;
  private readonly bucket: string;

  /** @param prefix of the keys in the bucket: the name of the service */
  constructor(
    settings: FileSettings,
    private readonly prefix: string,
    log: Log,
  ) {
    super(prefix, log);
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
      // Also stops the sender. The upload itself removes the parts that have arrived.
      measured.destroy();
      throw error;
    });
    const [passed, stored] = await Promise.allSettled([pipeline(content, measured), sent]);
    // An error of the sender reaches the upload as the same object; any other error is the store's.
    if (stored.status === 'rejected' && (passed.status === 'fulfilled' || passed.reason !== stored.reason)) {
      throw new FileStoreUnavailable(stored.reason);
    }
    if (passed.status === 'rejected') throw passed.reason;
    return { key, size: measured.bytes, sha256: measured.digest(), mediaType: (await fileTypeFromBuffer(measured.head))?.mime };
  }

  async remove(key: string): Promise<void> {
    await this.client.send(new DeleteObjectCommand({ Bucket: this.bucket, Key: this.pathOf(key) })).catch((error: unknown) => {
      throw new FileStoreUnavailable(error);
    });
  }

  protected async open(key: string): Promise<Readable | undefined> {
    try {
      const { Body } = await this.client.send(new GetObjectCommand({ Bucket: this.bucket, Key: this.pathOf(key) }));
      return Body as Readable;
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  private pathOf(key: string): string {
    return `${this.prefix}/${this.checked(key)}`;
  }
}

function connectionOf({ endpoint, region, accessKeyId, secretAccessKey }: FileSettings): S3ClientConfig {
  return {
    region,
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 3_000, socketTimeout: 10_000 },
    // Stores other than AWS's do not support checksums in trailers.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // Other stores address buckets by path, not by host name.
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
    ...(accessKeyId !== undefined && secretAccessKey !== undefined && { credentials: { accessKeyId, secretAccessKey } }),
  };
}
