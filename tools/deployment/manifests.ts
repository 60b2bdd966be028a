import { composeFile, composePath } from './compose-services.js';
import { servicesManifest, servicesPath } from './kubernetes.js';
import { topicsManifest, topicsPath } from './topics.js';

/** The files that `npm run manifests` writes from the list of services and the events, by path. */
export const manifests = (): ReadonlyMap<string, string> =>
  new Map([
    [composePath, composeFile()],
    [servicesPath, servicesManifest()],
    [topicsPath, topicsManifest()],
  ]);
