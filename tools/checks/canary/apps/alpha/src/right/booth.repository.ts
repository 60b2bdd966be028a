import { database } from '../../../../libs/platform/src/index.js';
import { booth } from './booth.entity.js';

export const booths = [database, booth];
