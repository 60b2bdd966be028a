import { boothFreed } from '../../../../libs/contracts/src/index.js';
import { boothTaken } from './booth.errors.js';
import { areas } from './booth.rules.js';

export const booth = [boothFreed, boothTaken, areas];
