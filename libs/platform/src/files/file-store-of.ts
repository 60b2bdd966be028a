import { resolve } from 'node:path';
import type { Log } from '../logging/log.js';
import { FileSettings } from './file-settings.js';
import type { FileStore } from './file-store.js';
import { LocalFileStore } from './local-file-store.js';

/** The store that the settings name. Each service has its own part of it. */
export async function fileStoreOf(environment: NodeJS.ProcessEnv, dataDir: string, service: string, log: Log): Promise<FileStore> {
  const settings = new FileSettings(environment);
  if (settings.bucket === undefined) return new LocalFileStore(resolve(dataDir, 'files', service), service, log);
  // The SDK is ten megabytes of code that a service without a bucket does not need.
  const { S3FileStore } = await import('./s3-file-store.js');
  return new S3FileStore(settings, service, log);
}
