// Writes the OpenAPI documents of the services and the merged one to docs/openapi: npm run openapi.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { committedForm, openApiFolder } from './committed.js';
import { documentsOfTheCode } from './documents.js';

const documents = committedForm(await documentsOfTheCode());
mkdirSync(openApiFolder, { recursive: true });
for (const name of readdirSync(openApiFolder)) if (!documents.has(`${openApiFolder}${name}`)) rmSync(`${openApiFolder}${name}`);
for (const [path, text] of documents) writeFileSync(path, text);
console.log(`${[...documents.keys()].join('\n')}`);
