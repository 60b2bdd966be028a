import { seed } from './database/seed.js';
import { right } from './right/right.feature.js';

export const alpha = [seed, right];
