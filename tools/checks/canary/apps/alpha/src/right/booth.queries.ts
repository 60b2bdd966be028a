import { database } from '../../../../libs/platform/src/index.js';
import { boothDto } from './booth.dto.js';

export const boothQueries = [database, boothDto];
