import { boothFreed } from '../../../../libs/contracts/src/index.js';
import { booths } from './booth.repository.js';

export const freeBoothWhenInvoiceOverdue = [boothFreed, booths];
