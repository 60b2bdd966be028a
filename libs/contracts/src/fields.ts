import { z } from 'zod';

/** Building blocks of the facts' schemas. */
export const id = z.uuid();
export const instant = z.iso.datetime({ offset: true });
export const date = z.iso.date();
/** Minor units (fen). */
export const amount = z.int();
export const currency = z.enum(['CNY']);
/** Code of one of the 45 regional units, for example `210000` (Liaoning); null where no region is concerned. */
export const region = z.string().regex(/^\d{6}$/);
