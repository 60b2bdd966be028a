import type { Route } from '../http/route.js';
export type Known = Route;
