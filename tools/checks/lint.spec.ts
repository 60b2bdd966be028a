import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ESLint } from 'eslint';
import { boundaries, ownRules } from '../../eslint.config.mjs';
import { repository } from './tree.js';

jest.setTimeout(120_000); // the first sample loads the types of its project

/** A wrong sample: the violated rule, the file it belongs to, its text. The files exist, so that their types are known. */
type Sample = readonly [rule: string, path: string, text: string];

const nest = "import { Body, Controller, Injectable } from '@nestjs/common';\n";
const untyped: Sample[] = [
  ['no-restricted-syntax', 'apps/identity/src/x.rules.ts', 'export default 1;'],
  ['no-restricted-syntax', 'apps/identity/src/x.rules.ts', 'export enum Colour { Red }'],
  ['no-restricted-syntax', 'apps/identity/src/x.spec.ts', "it.only('runs alone', () => {});"],
  ['no-restricted-syntax', 'apps/identity/src/x.spec.ts', "describe.skip('never runs', () => {});"],
  ['no-restricted-syntax', 'apps/identity/test/x.e2e-spec.ts', "test.todo('later');"],
  ['no-restricted-syntax', 'apps/identity/src/x.spec.ts', "it.only.each([1])('runs alone', () => {});"],
  ['no-restricted-syntax', 'apps/identity/src/x.spec.ts', "import { fit } from '@jest/globals'; fit('runs alone', () => {});"],
  ['no-restricted-syntax', 'apps/identity/src/a/x.service.ts', 'dataSource.getRepository(Booth);'],
  ['no-restricted-syntax', 'apps/identity/src/a/x.service.ts', 'this.dataSource.transaction(work);'],
  ['no-restricted-syntax', 'apps/identity/src/a/x.use-case.ts', 'em.save(booth);'],
  ['no-restricted-syntax', 'apps/identity/src/a/x.job.ts', 'tx.update(Booth, id, change);'],
  ['no-restricted-syntax', 'apps/identity/src/a/x.use-case.ts', 'this.database.transaction(work);'],
  ['no-restricted-syntax', 'apps/identity/src/a/x.reaction.ts', 'this.database.transaction(work);'],
  ['no-restricted-syntax', 'apps/identity/src/a/x.controller.ts', "import { Account } from './account.entity.js';"],
  ['no-restricted-imports', 'apps/identity/src/a/x.module.ts', "import { forwardRef } from '@nestjs/common';"],
  ['no-console', 'apps/identity/src/a/x.service.ts', "console.log('here');"],
  [
    'ciep/no-erased-class',
    'apps/identity/src/a/x.use-case.ts',
    `${nest}import type { Accounts } from './account.repository.js';\n@Injectable() export class X { constructor(private readonly accounts: Accounts) {} }`,
  ],
  [
    'ciep/no-erased-class',
    'apps/identity/src/a/x.controller.ts',
    `${nest}import { type ChangeDto } from './x.dto.js';\n@Controller() export class X { change(@Body() body: ChangeDto) { return body; } }`,
  ],
];
const typed: Sample[] = [
  ['@typescript-eslint/no-floating-promises', 'libs/kernel/src/money.ts', 'export function f() { Promise.resolve(1); }'],
  [
    '@typescript-eslint/no-misused-promises',
    'libs/kernel/src/money.ts',
    'export const f = (p: Promise<boolean>) => { if (p) return 1; return 2; };',
  ],
  ['@typescript-eslint/require-await', 'libs/kernel/src/money.ts', 'export async function f() { return 1; }'],
  [
    '@typescript-eslint/switch-exhaustiveness-check',
    'libs/kernel/src/money.ts',
    "export const f = (c: 'a' | 'b') => { switch (c) { case 'a': return 1; } return 2; };",
  ],
  ['@typescript-eslint/ban-ts-comment', 'libs/kernel/src/money.ts', '// @ts-ignore\nexport const f = 1;'],
];
const fine: Sample[] = [
  [
    '',
    'apps/identity/src/a/x.controller.ts',
    "import { roles, type Account } from './account.entity.js';\nexport const x: Account = roles;",
  ],
  [
    '',
    'apps/identity/src/a/x.use-case.ts',
    'export const x = () => [files.save(stream), accounts.in(tx).update(id, change), tx.query(sql)];',
  ],
  [
    '',
    'apps/identity/src/a/x.controller.ts',
    `${nest}import type { Principal } from '@ciep/platform';\n@Controller() export class X { list(@Actor() principal: Principal) { return principal; } }`,
  ],
];

describe('lint', () => {
  const linter = (config: object[]) => new ESLint({ overrideConfigFile: true, baseConfig: config, cwd: repository });
  const rulesBroken = async (eslint: ESLint, [, filePath, text]: Sample) => {
    const [result] = await eslint.lintText(text, { filePath });
    return (result?.messages ?? []).map(message => message.ruleId ?? message.message);
  };

  describe('canary of our own rules', () => {
    const own = linter(ownRules);

    it.each(untyped)('%s refuses in %s: %j', async (...sample) => {
      expect(await rulesBroken(own, sample)).toEqual([sample[0]]);
    });

    it.each(fine)('admits%s in %s: %j', async (...sample) => {
      expect(await rulesBroken(own, sample)).toEqual([]);
    });
  });

  describe('canary of rules that know types', () => {
    let whole: ESLint;
    beforeAll(() => {
      // The samples need the types of one project only.
      const ofOneProject = { files: ['**/*.ts'], languageOptions: { parserOptions: { project: null, projectService: true } } };
      whole = new ESLint({ cwd: repository, overrideConfig: ofOneProject });
    });

    it.each(typed)('%s refuses in %s: %j', async (...sample) => {
      expect(await rulesBroken(whole, sample)).toContain(sample[0]);
    });
  });

  describe('canary of the boundaries between projects', () => {
    const onlyBoundaries = linter([boundaries]);
    const broken = (path: string, from: string) => rulesBroken(onlyBoundaries, ['', path, `import { x } from '${from}';`]);
    const boundary = '@nx/enforce-module-boundaries';

    it.each([
      ['apps/identity/src/x.ts', '@ciep/exhibition'],
      ['apps/identity/src/x.ts', '../../exhibition/src/exhibition.module.js'],
      ['libs/kernel/src/x.ts', '@ciep/contracts'],
      ['libs/contracts/src/x.ts', '@ciep/platform'],
      ['libs/platform/src/x.ts', '@ciep/identity'],
    ])('%s may not import %s', async (path, from) => {
      expect(await broken(path, from)).toEqual([boundary]);
    });

    it.each([
      ['apps/all-in-one/src/x.ts', '@ciep/exhibition'],
      ['apps/identity/src/x.ts', '@ciep/contracts'],
    ])('%s may import %s', async (path, from) => {
      expect(await broken(path, from)).toEqual([]);
    });
  });
});
