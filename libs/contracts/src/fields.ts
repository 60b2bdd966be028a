import { isCalendarDate, isInstant } from '@ciep/kernel';
import { z } from 'zod';

/** Building blocks of event schemas. `describe` texts appear in the catalogue of events. */
export const id = z.uuid();
export const instant = z.iso.datetime({ offset: true }).refine(isInstant, 'outside the years 1 to 9999');
export const date = z.iso.date().refine(isCalendarDate, 'outside the years 1 to 9999');
/** Minor units (fen). */
export const amount = z.int().describe('in minor units (fen)');
export const currency = z.enum(['CNY']).describe('ISO 4217');
/** Code of one of the 45 regional units, for example `210000` (Liaoning); null if no region is concerned. */
export const region = z
  .string()
  .regex(/^\d{6}$/)
  .describe('code of one of the 45 regional units; null where no region is concerned');
/** Text in both languages. */
export const localized = z.object({ zh: z.string(), en: z.string() });
