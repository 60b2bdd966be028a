import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { demoPassword, demoSecretOf } from '@ciep/identity';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { inOneProcess, type InOneProcess } from '../../apps/all-in-one/test/start-in-one-process.js';
import { compileTypeScript, generateTypeScript } from '../sdks/generators.js';
import { inventedCreditCode } from '../tour/fresh-organisation.js';
import { clientToken, logIn } from '../tour/log-in.js';
import { scan } from '../tour/story.js';

const story = readFileSync(join(import.meta.dirname, '../sdks/booking-story.ts'), 'utf8');
/** The story with a field that no answer has; it compiles only because the line above says that it must not. */
const misspelt = story.replace(/^( *)reference: invoice.reference,$/m, '$1// @ts-expect-error\n$1reference: invoice.references,');

/** What the story sees at its end; its own types are those of the generated client. */
interface Ending {
  readonly booth: { number: string };
  readonly invoice: { status: string };
  readonly confirmed: { id: string; status: string; boothNumber: string; timeline: { what: string }[] };
  readonly mine: { items: { id: string }[]; total: number };
  readonly theirs: { items: { id: string }[] };
}

describe('the TypeScript client generated from the API document', () => {
  let platform: InOneProcess;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ciep-client-'));
    platform = await inOneProcess();
    await generateTypeScript((await (await fetch(`${platform.url}/openapi.json`)).json()) as object, folder);
  });
  afterAll(async () => {
    await platform.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('compiles strictly, and refuses what the document does not say', async () => {
    expect(misspelt).toContain('@ts-expect-error');
    writeFileSync(join(folder, 'booking-story.ts'), story);
    writeFileSync(join(folder, 'misspelt-story.ts'), misspelt);
    await expect(compileTypeScript(folder)).resolves.toBeUndefined();
  });

  it('plays the story of a booth from registration to confirmation, with its own types only', async () => {
    expect(story).not.toMatch(/[:<(] *any\b|\bas (?!const\b)[A-Za-z]+ *[;,)]|@ts-/);
    const { url } = platform;
    const { play } = (await import(pathToFileURL(join(folder, 'built/booking-story.js')).href)) as { play(stage: object): Promise<Ending> };
    const tokenOfPerson = async (mail: string, password: string) => (await logIn(url, mail, password)).access_token;
    const ending = await play({
      url,
      creditCode: inventedCreditCode(),
      scan: new Blob([scan], { type: 'image/png' }),
      tokenOfPerson,
      tokenOfEmployee: (login: string) => tokenOfPerson(`${login}@demo.ciep.example`, demoPassword),
      tokenOfPortal: async () => (await clientToken(url, 'portal-210000', demoSecretOf('portal-210000'))).access_token,
    });
    const { id, timeline } = ending.confirmed;
    expect(ending.confirmed).toMatchObject({ status: 'confirmed', boothNumber: ending.booth.number });
    const steps = ['drafted', 'submitted', 'endorsed', 'approved', 'confirmed'];
    expect(timeline.map(({ what }) => what).filter(what => steps.includes(what))).toEqual(steps);
    expect(ending.invoice.status).toBe('open');
    expect(ending.mine).toMatchObject({ items: [{ id }], total: 1 });
    expect(ending.theirs.items.map(application => application.id)).toContain(id);
  });
});
