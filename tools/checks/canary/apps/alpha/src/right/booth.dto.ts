import { areas } from './booth.rules.js';

export const boothDto = areas;
