// Writes the generated parts of docker/ and k8s/, which follow the list of services and the events: npm run manifests
import { writeFileSync } from 'node:fs';
import { manifests } from './manifests.js';

for (const [path, text] of manifests()) writeFileSync(path, text);
