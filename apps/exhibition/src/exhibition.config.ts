import { setting, settings } from '@ciep/platform';
import { z } from 'zod';

export class ExhibitionConfig extends settings({
  maxScanMb: setting('EXHIBITION_MAX_SCAN_MB', z.coerce.number().int().min(1).max(25).default(20), 'largest stamped scan, in MiB'),
  placesPerRegion: setting(
    'EXHIBITION_PLACES_PER_REGION',
    z.coerce.number().int().min(0).max(1_000).default(10),
    'enterprises a region may endorse, unless the organizer sets another number',
  ),
  payWithinDays: setting(
    'EXHIBITION_PAY_WITHIN_DAYS',
    z.coerce.number().int().min(1).max(365).default(14),
    'days from the approval to the last day to pay, unless the organizer names that day',
  ),
  keepUploadsHours: setting(
    'EXHIBITION_KEEP_UPLOADS_HOURS',
    z.coerce.number().int().min(1).max(720).default(24),
    'how long an upload that nobody uses is kept, in hours',
  ),
}) {}
