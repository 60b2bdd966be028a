import { z } from 'zod';
import { ConfigurationError, setting, settings } from '../settings/settings.js';

/** Where files are kept: in a bucket of an S3-compatible store, or without one in the data folder. */
export class FileSettings extends settings({
  bucket: setting('CIEP_S3_BUCKET', z.string().min(3).optional(), 'bucket for files; without it they are kept in the data folder'),
  endpoint: setting(
    'CIEP_S3_ENDPOINT',
    z.url({ protocol: /^https?$/ }).optional(),
    "address of the S3-compatible store; AWS's own without it",
  ),
  region: setting('CIEP_S3_REGION', z.string().min(1).default('us-east-1'), 'region of the bucket'),
  accessKeyId: setting(
    'CIEP_S3_ACCESS_KEY_ID',
    z.string().min(1).optional(),
    'access key; without it what the machine has been given (AWS)',
  ),
  secretAccessKey: setting('CIEP_S3_SECRET_ACCESS_KEY', z.string().min(1).optional(), 'secret of the access key'),
}) {
  constructor(environment: NodeJS.ProcessEnv) {
    super(environment);
    if ((this.accessKeyId === undefined) !== (this.secretAccessKey === undefined)) {
      throw new ConfigurationError(['CIEP_S3_ACCESS_KEY_ID and CIEP_S3_SECRET_ACCESS_KEY belong together: one is missing']);
    }
  }
}
