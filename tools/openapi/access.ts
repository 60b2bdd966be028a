import { roles } from '@ciep/contracts';
import type { RouteAccess } from '@ciep/platform';

/** The path of the committed access table. */
export const accessPath = 'docs/access.md';

const opening = `# Who may do what

Generated from \`permissions.ts\` of \`libs/contracts\` and the \`@Can\` of each route by \`npm run openapi\`. A reviewer reads what a change
opens and closes here; a test keeps it fresh, and the tests of each service call every route as nobody and with every role, and expect
what stands here.

A caller needs the scope, which says what the client was allowed, and one of the roles, which say what the person or client is.
A scope to write covers reading. \`public\` needs no token, \`signed in\` any role, \`internal\` is for other services and cannot be reached
through the gateway. Whose things a role sees is decided behind the door: by organisation, region or board. Routes that belong to no
controller (health, the OpenID provider) are not listed.`;

const code = (text: string): string => `\`${text}\``;

/**
 * The access table of all services as Markdown: one section per service, routes in path order. Columns are not aligned, so that a change of
 * one route changes one line.
 */
export function accessDocument(services: ReadonlyMap<string, readonly RouteAccess[]>): string {
  const sections = [...services]
    .filter(([, rows]) => rows.length > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([service, rows]) =>
      [`## ${service}\n`, '| route | permission | scope | roles |', '| --- | --- | --- | --- |', ...rows.map(rowOf)].join('\n'),
    );
  return `${[opening, ...sections].join('\n\n')}\n`;
}

function rowOf({ route, permission, scope, roles: held }: RouteAccess): string {
  const named = permission.includes(':') ? code(permission) : permission;
  return `| ${code(route)} | ${named} | ${scope === undefined ? '–' : code(scope)} | ${held.length === roles.length ? 'all' : held.join(', ')} |`;
}
