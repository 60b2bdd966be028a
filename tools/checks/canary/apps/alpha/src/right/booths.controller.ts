import type { BoothType } from '../../../../libs/contracts/src/index.js';
import { boothQueries } from './booth.queries.js';
import { freeBooth } from './free-booth.use-case.js';

export const boothsController = (type: BoothType) => [boothQueries, freeBooth(type)];
