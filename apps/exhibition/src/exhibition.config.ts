import { setting, settings } from '@ciep/platform';
import { z } from 'zod';

export class ExhibitionConfig extends settings({
  maxScanMb: setting('EXHIBITION_MAX_SCAN_MB', z.coerce.number().int().min(1).max(100).default(20), 'largest stamped scan, in MiB'),
}) {}
