import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { goldenFolder, sealFile, sealOf } from '../golden/golden-files.js';
import { contractEvents, type KnownEvent } from './contract-events.js';
import { goldenEventFaults } from './golden-events.js';
import { repository } from './tree.js';

describe('stored events of all releases', () => {
  it('are complete, unchanged, known and valid; each type has its present schema among them', () => {
    expect(goldenEventFaults(repository, contractEvents())).toEqual([]);
  });
});

describe('canary', () => {
  let root: string;
  const seal = new Map<string, string>();
  const write = (path: string, content: object): string => {
    const text = JSON.stringify(content);
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    return text;
  };
  const golden = (verb: string, data: object): void => {
    const path = `gamma/paper.${verb}.01.json`;
    seal.set(path, sealOf(write(`${goldenFolder}/${path}`, { type: `ciep.gamma.paper.${verb}`, data })));
  };
  const event = (verb: string): KnownEvent => ({
    name: verb,
    service: 'gamma',
    title: `gamma.paper.${verb}`,
    file: `paper.${verb}`,
    refusal: data => ('paperId' in (data as object) ? undefined : 'paperId is missing'),
  });

  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'ciep-golden-'));
    for (const verb of ['accepted.v1', 'accepted.v2', 'shelved.v1'])
      write(`libs/contracts/examples/gamma/paper.${verb}.json`, { paperId: '1', verb });
    golden('accepted.v1', { paperId: '1', verb: 'accepted.v1' });
    golden('lost.v1', { paperId: '1' });
    golden('edited.v1', { paperId: '1' });
    golden('forgotten.v1', { paperId: '1' });
    golden('accepted.v2', { paper: 'by its old name' });
    rmSync(join(root, goldenFolder, 'gamma/paper.lost.v1.01.json'));
    write(`${goldenFolder}/gamma/paper.edited.v1.01.json`, { type: 'ciep.gamma.paper.edited.v1', data: { paperId: '2' } });
    write(`${goldenFolder}/gamma/paper.accepted.v1.02.json`, { type: 'ciep.gamma.paper.accepted.v1', data: { paperId: '3' } });
    writeFileSync(join(root, sealFile), [...seal].map(([path, hash]) => `${hash}  ${path}\n`).join(''));
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it('an event that is gone, edited, unsealed, unknown, invalid or missing is found', () => {
    expect(goldenEventFaults(root, ['accepted.v1', 'accepted.v2', 'shelved.v1'].map(event))).toEqual([
      'gamma.paper.accepted.v2: its example is not among its golden files, run npm run golden',
      'gamma.paper.shelved.v1: its example is not among its golden files, run npm run golden',
      'gamma/paper.accepted.v1.02.json: is not sealed, run npm run golden instead of writing it',
      'gamma/paper.accepted.v2.01.json: does not fit any more: paperId is missing',
      'gamma/paper.edited.v1.01.json: was changed; stored events must stay as they are',
      'gamma/paper.forgotten.v1.01.json: no code knows its type any more',
      'gamma/paper.lost.v1.01.json: is gone; stored events must stay as they are',
    ]);
  });
});
