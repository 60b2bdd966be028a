import { type BoothType } from '../../../../libs/contracts/src/index.js';
import { booths } from './booth.repository.js';

export const freeBooth = (type: BoothType) => [booths, type];
