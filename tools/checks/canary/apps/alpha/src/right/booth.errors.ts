import type { Area } from './booth.rules.js';

export const boothTaken = (area: Area) => `taken: ${area}`;
