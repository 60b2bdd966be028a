import { boothFreed } from '../../../../libs/contracts/src/index.js';
import { freeBooth } from './free-booth.use-case.js';

export const freeBoothWhenInvoiceOverdue = [boothFreed, freeBooth];
