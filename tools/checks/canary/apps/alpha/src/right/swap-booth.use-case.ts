import { type freeBooth } from './free-booth.use-case.js';

export type FreeBooth = typeof freeBooth;
