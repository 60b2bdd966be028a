import { seed } from './database/seed.js';
import { boothsController } from './right/booths.controller.js';

export const alpha = [seed, boothsController];
