import { left } from './left.rules.js';

export const right = (): string => left();
