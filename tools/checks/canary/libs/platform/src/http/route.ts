import type { platformSettings } from '../settings/platform-settings.js';
import type { database } from '../index.js';
export type Route = [typeof platformSettings, typeof database];
