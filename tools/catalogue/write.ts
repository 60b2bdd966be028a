// Writes the catalogue of events, docs/events.md: npm run catalogue.
import { writeFileSync } from 'node:fs';
import { committableFiles } from '../checks/tree.js';
import { catalogue, cataloguePath } from './catalogue.js';

writeFileSync(cataloguePath, await catalogue(committableFiles()));
console.log(cataloguePath);
