import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { apiOfTheCode, mergedName } from '../openapi/documents.js';
import { buildGo, buildJava, buildPython, ToolMissing } from './generators.js';

jest.setTimeout(20 * 60_000); // the first time, a few hundred megabytes of compilers' libraries are fetched

let root: string;
let document: string;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'ciep-sdks-'));
  chmodSync(root, 0o755);
  document = join(root, 'openapi.json');
  const { documents } = await apiOfTheCode();
  writeFileSync(document, JSON.stringify(documents.get(mergedName)));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const folderOf = (name: string): string => {
  const folder = join(root, name);
  mkdirSync(folder);
  return folder;
};

describe('the clients generated from the API document', () => {
  it.each([
    ['Python', buildPython],
    ['Java', buildJava],
    ['Go', buildGo],
  ] as const)('compile in %s', async (language, build) => {
    await expect(build(document, folderOf(language))).resolves.toBeUndefined();
  });

  it('are not silently left out where a compiler is missing', async () => {
    const { PATH } = process.env;
    process.env['PATH'] = '/nowhere';
    try {
      await expect(buildGo(document, folderOf('nowhere'))).rejects.toThrow(ToolMissing);
      await expect(buildGo(document, folderOf('nowhere-else'))).rejects.toThrow(/needs `mvn`: install Maven [(]Debian: maven[)]$/);
    } finally {
      process.env['PATH'] = PATH;
    }
  });

  it('negative control: do not compile from a document that names what is not there', async () => {
    const wrong = join(root, 'wrong.json');
    const paths = { '/a': { get: { operationId: 'getA', responses: { 200: { description: 'a', content: { 'application/json': { schema: { $ref: '#/components/schemas/Gone' } } } } } } } }; // prettier-ignore
    writeFileSync(wrong, JSON.stringify({ openapi: '3.1.0', info: { title: 'a', version: '1' }, paths }));
    await expect(buildPython(wrong, folderOf('wrong'))).rejects.toThrow(/openapi-python-client generate .* fails/);
  });
});
