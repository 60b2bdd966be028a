import { z } from 'zod';

/** Building blocks of the facts' schemas. What `describe` says goes into the catalogue of facts. */
export const id = z.uuid();
export const instant = z.iso.datetime({ offset: true });
export const date = z.iso.date();
/** Minor units (fen). */
export const amount = z.int().describe('in minor units (fen)');
export const currency = z.enum(['CNY']).describe('ISO 4217');
/** Code of one of the 45 regional units, for example `210000` (Liaoning); null where no region is concerned. */
export const region = z
  .string()
  .regex(/^\d{6}$/)
  .describe('code of one of the 45 regional units; null where no region is concerned');
