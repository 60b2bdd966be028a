import { createProjectGraphAsync } from '@nx/devkit';
import nx from '@nx/eslint-plugin';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { noErasedClass } from './tools/lint/no-erased-class.mjs';

// Without a graph on disk the boundary rule prints a warning, checks nothing and exits 0.
process.env['NX_DAEMON'] = 'false';
await createProjectGraphAsync();

const only = (sourceTag, onlyDependOnLibsWithTags) => ({ sourceTag, onlyDependOnLibsWithTags });
export const boundaries = {
  files: ['{apps,libs}/**/*.ts'],
  plugins: { '@nx': nx },
  languageOptions: { parser: tseslint.parser },
  rules: {
    '@nx/enforce-module-boundaries': [
      'error',
      {
        depConstraints: [
          only('type:composition', ['type:service', 'type:lib']),
          only('type:service', ['type:lib']),
          only('lib:kernel', []),
          only('lib:contracts', ['lib:kernel']),
          only('lib:platform', ['lib:kernel', 'lib:contracts', 'lib:testing']),
          only('lib:testing', ['lib:kernel', 'lib:contracts', 'lib:platform']),
        ],
        // Tests may start what tools start, and a library's tests may import it by its name, as others do.
        allow: ['../../../tools/**'],
        allowCircularSelfDependency: true,
        // The tests of platform use testing; dependency-cruiser keeps its sources from it.
        ignoredCircularDependencies: [['@ciep/platform', '@ciep/testing']],
      },
    ],
  },
};

// What TypeScript can say and we do not. Options of one rule do not merge between blocks, so each block names its whole list.
const entityManager = '/^(em|tx|manager|entityManager|ds|dataSource)$/';
const everywhere = [
  { selector: 'ExportDefaultDeclaration', message: 'Export by name: a default export has a different name in every file that imports it.' },
  { selector: 'TSEnumDeclaration', message: 'Use a union of strings: an enum has different metadata under tsc and SWC.' },
  {
    selector: 'MemberExpression[object.name=/^(it|test|describe)$/][property.name=/^(only|skip|todo|failing)$/]',
    message: 'A test either runs with all others or does not exist.',
  },
  {
    selector: 'ImportSpecifier[imported.name=/^(fit|fdescribe|xit|xtest|xdescribe)$/]',
    message: 'A test either runs with all others or does not exist.',
  },
];
const onePathToTheDatabase = [
  {
    selector: "CallExpression[callee.property.name='getRepository']",
    message: 'Change data through an AggregateRepository (it locks, checks the version, tells events) or by SQL on the transaction.',
  },
  ...['object.name', 'object.property.name'].map(path => ({
    selector: `CallExpression[callee.${path}=${entityManager}][callee.property.name=/^(save|insert|update|upsert|delete|remove|softDelete|createQueryBuilder|transaction|find|findBy|findOne|findOneBy)$/]`,
    message: 'Change data through an AggregateRepository (it locks, checks the version, tells events) or by SQL on the transaction.',
  })),
];
const noOwnTransaction = [
  {
    selector: "CallExpression[callee.property.name='transaction']",
    message: 'The transaction is opened at the edge (@Writes(), the inbox, the job runner) and handed on.',
  },
];
const noEntityClass = [
  {
    selector:
      "ImportDeclaration[importKind!='type'][source.value=/[.]entity[.]js$/] > ImportSpecifier[importKind!='type'][imported.name=/^[A-Z]/]",
    message: 'Here an entity gives its types and lists of values only; the class belongs to use cases and the repository.',
  },
];
const syntax = (...lists) => ({ 'no-restricted-syntax': ['error', ...lists.flat()] });

/** Rules that need no types. */
export const ownRules = [
  {
    files: ['**/*.ts'],
    plugins: { ciep: { rules: { 'no-erased-class': noErasedClass } } },
    languageOptions: { parser: tseslint.parser },
    rules: {
      'ciep/no-erased-class': 'error',
      'no-restricted-imports': [
        'error',
        {
          paths: [
            { name: '@nestjs/common', importNames: ['forwardRef'], message: 'Two classes that need each other are one, or need a third.' },
          ],
        },
      ],
      'max-lines': ['warn', { max: 250, skipBlankLines: true, skipComments: true }],
      'max-params': ['warn', { max: 5 }],
      ...syntax(everywhere),
    },
  },
  { files: ['{apps,libs}/*/src/**/*.ts'], ignores: ['apps/all-in-one/**', '**/*.spec.ts'], rules: { 'no-console': 'error' } },
  { files: ['apps/*/src/**/*.ts'], rules: syntax(everywhere, onePathToTheDatabase) },
  { files: ['apps/*/src/**/*.{use-case,reaction}.ts'], rules: syntax(everywhere, onePathToTheDatabase, noOwnTransaction) },
  { files: ['apps/*/src/**/*.{controller,queries,dto,page}.ts'], rules: syntax(everywhere, onePathToTheDatabase, noEntityClass) },
  { files: ['**/*spec.ts', '{apps,libs}/*/test/**/*.ts'], rules: { 'max-lines': 'off' } },
];

/** Rules that know types. */
const typedRules = [
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    // All files are one program. With a program for each project the sources of platform would be checked anew in every service.
    languageOptions: { parserOptions: { project: './tsconfig.lint.json', tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/require-await': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    },
  },
  {
    // Bodies of answers are `any` in tests: what they hold is what is being asserted.
    files: ['**/*spec.ts', '{apps,libs}/*/test/**/*.ts'],
    rules: Object.fromEntries(
      [
        'no-unsafe-assignment',
        'no-unsafe-member-access',
        'no-unsafe-argument',
        'no-unsafe-return',
        'no-unsafe-call',
        'no-explicit-any',
        'unbound-method',
      ].map(name => [`@typescript-eslint/${name}`, 'off']),
    ),
  },
];

export default defineConfig(
  {
    ignores: [
      '**/dist/**',
      '.nx/**',
      '.data/**',
      '.cache/**',
      '.tools/**',
      '.schemathesis/**',
      'tools/checks/canary/**',
      'tools/sdks/booking-story.ts',
      '**/*.mjs',
    ],
  },
  ...typedRules,
  ...ownRules,
  boundaries,
);
