import { beforeAll, describe, expect, it } from '@jest/globals';
import { FsTree } from 'nx/src/generators/tree';
import { budgetFaults } from '../checks/budgets.js';
import { cardFaults } from '../checks/cards.js';
import { contractEvents, contractLists } from '../checks/contract-events.js';
import { featureFaults } from '../checks/features.js';
import { fileNameFaults } from '../checks/file-names.js';
import { committableFiles, repository } from '../checks/tree.js';
import { generate, type Kind, type Wishes } from './generate.js';
import { participleOf, pluralOf } from './names.js';

// Nothing here is written to disk; skeleton.proof-spec.ts runs the tests of a skeleton.
const tree = new FsTree(repository, false);
const at = new Date('2027-01-01T00:00:00Z');
const make = (kind: Kind, name: string, wishes: Wishes = {}) => generate(tree, kind, name, wishes, at);
const written = (path: string) => tree.read(path, 'utf8') ?? '';
const generated = () => tree.listChanges().map(({ path, content }) => ({ path, text: () => content?.toString() ?? '' }));
const outside = () => generated().map(({ path }) => path).filter(path => !path.startsWith('apps/samples/')).sort(); // prettier-ignore

describe('npm run new', () => {
  beforeAll(async () => {
    await make('service', 'samples', { aggregate: 'tea-tasting', zh: '样品', en: 'samples' });
  });

  it('generates a service that few files outside its folder name', () => {
    // In addition, npm run manifests writes docker/compose.yaml and k8s/base/services.yaml, npm run openapi the API document.
    expect(outside()).toEqual([
      'apps/all-in-one/tsconfig.json',
      'libs/contracts/src/samples/permissions.ts',
      'libs/contracts/src/services.ts',
      'package-lock.json',
    ]);
    expect(written('libs/contracts/src/services.ts')).toContain(
      "  samples: { area: { zh: '样品', en: 'samples' }, permissions: samplesPermissions },\n",
    );
    expect(written('apps/all-in-one/tsconfig.json')).toContain('    { "path": "../samples" }\n');
  });

  it('generates an aggregate, and verbs of it, that change only their service and its permissions', async () => {
    const before = outside();
    await make('aggregate', 'lottery', { in: 'samples' });
    await make('use-case', 'close-tea-tasting', { in: 'samples/tea-tastings' });
    await make('use-case', 'approve-tea-tasting', { in: 'samples/tea-tastings', status: 'agreed' });
    expect(outside()).toEqual(before);
    expect(written('apps/samples/src/samples.module.ts')).toContain('features: [lotteries, teaTastings],');
    expect(written('libs/contracts/src/samples/permissions.ts')).toMatch(/'tea_tasting:write'.*\n.*'lottery:read'/);
    const feature = 'apps/samples/src/tea-tastings';
    expect(written(`${feature}/tea-tasting.entity.ts`)).toContain("teaTastingStatuses = ['open', 'closed', 'agreed'] as const;");
    expect(written(`${feature}/tea-tastings.controller.ts`)).toContain("@Post(':id/approve')");
    expect(written(`${feature}/tea-tasting.spec.ts`)).toContain("expect(teaTasting.status).toBe('closed');");
  });

  it('generates files that pass the checks of names, features, sizes and cards', () => {
    const now = new Map([...committableFiles(), ...generated()].map(file => [file.path, file]));
    const all = [...now.values()];
    expect(fileNameFaults(generated())).toEqual([]);
    expect(featureFaults(all)).toEqual([]);
    expect(budgetFaults(generated().filter(({ path }) => path.startsWith('apps/samples/')))).toEqual([]);
    expect(cardFaults(all, contractEvents(), contractLists())).toEqual([]);
  });

  it.each<[string, Kind, string, Wishes, RegExp]>([
    ['a service that is there', 'service', 'billing', {}, /there is a service billing already/],
    ['a service of two words', 'service', 'tea-house', {}, /one word of lower-case letters/],
    ['an aggregate in no service', 'aggregate', 'chair', {}, /--in SERVICE/],
    ['an aggregate in a service that is not there', 'aggregate', 'chair', { in: 'cinema' }, /there is no service cinema/],
    ['an aggregate that is there', 'aggregate', 'invoice', { in: 'billing' }, /apps\/billing\/src\/invoices is there already/],
    ['an aggregate whose permissions mean another', 'aggregate', 'booth', { in: 'billing' }, /booth:read is a permission already/],
    ['a name with capitals', 'aggregate', 'TeaTasting', { in: 'billing' }, /words of lower-case letters/],
    ['a verb without a noun', 'use-case', 'close', { in: 'billing/invoices' }, /a verb and the noun/],
    [
      'a verb of nothing',
      'use-case',
      'close-chair',
      { in: 'billing/invoices' },
      /there is no apps\/billing\/src\/invoices\/chair.entity.ts/,
    ],
    ['a verb of an aggregate without statuses', 'use-case', 'close-payment', { in: 'billing/payments' }, /not written as the generator/],
  ])('refuses %s', async (_what, kind, name, wishes, why) => {
    await expect(make(kind, name, wishes)).rejects.toThrow(why);
  });
});

it('nouns have their plurals, and verbs their participles', () => {
  expect(['session', 'entry', 'box', 'day', 'branch'].map(pluralOf)).toEqual(['sessions', 'entries', 'boxes', 'days', 'branches']);
  const verbs = ['close', 'open', 'verify', 'stop', 'submit', 'withdraw', 'reject'];
  expect(verbs.map(participleOf)).toEqual(['closed', 'opened', 'verified', 'stopped', 'submitted', 'withdrawn', 'rejected']);
});
