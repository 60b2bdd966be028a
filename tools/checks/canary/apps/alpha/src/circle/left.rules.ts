import { right } from './right.rules.js';

export const left = (): string => right();
