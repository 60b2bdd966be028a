// Writes the OpenAPI documents of the services to docs/openapi, and the access table to docs/access.md: npm run openapi.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { committedForm, openApiFolder } from './committed.js';
import { accessDocument, accessPath } from './access.js';
import { apiOfTheCode } from './documents.js';

const api = await apiOfTheCode();
const documents = await committedForm(api.documents);
mkdirSync(openApiFolder, { recursive: true });
for (const name of readdirSync(openApiFolder)) if (!documents.has(`${openApiFolder}${name}`)) rmSync(`${openApiFolder}${name}`);
for (const [path, text] of documents) writeFileSync(path, text);
writeFileSync(accessPath, accessDocument(api.access));
console.log([...documents.keys(), accessPath].join('\n'));
