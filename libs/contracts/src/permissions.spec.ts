import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { isReading, permissions, permissionsWithin, type Permission } from './permissions.js';

const access = readFileSync(new URL('../../../docs/access.md', import.meta.url), 'utf8');
const methods = new Map<Permission, Set<string>>();
for (const [, method = '', permission = ''] of access.matchAll(/^\| `([A-Z]+) [^|]+\| `([a-z_]+:[a-z_]+)` \|/gm))
  methods.set(permission as Permission, (methods.get(permission as Permission) ?? new Set()).add(method));

describe('permissions', () => {
  it('only show something exactly where all their routes read', () => {
    expect(methods.size).toBeGreaterThan(30);
    const wrong = [...methods].filter(([permission, used]) => isReading(permission) !== [...used].every(method => method === 'GET'));
    expect(wrong).toEqual([]);
  });

  it('of a token are those of its roles, as far as its scopes reach', () => {
    const held = ['shenzhen_working_group'];
    expect(permissionsWithin(held, [])).toEqual([]);
    expect(permissionsWithin(held, ['identity:read', 'billing:read'])).toEqual([
      'credit:read',
      'fee_schedule:read',
      'invoice:export',
      'invoice:read',
      'invoice:read_all',
      'member:read',
      'organisation:list',
      'organisation:read',
      'role_grant:read',
    ]);
    expect(permissionsWithin(held, ['billing:write'])).toContain('fee_schedule:publish');
    expect(permissionsWithin(['auditor'], ['conference:read'])).toEqual(['audit:read', 'dead_letter:read', 'edition:read_unpublished']);
    expect(permissionsWithin(['platform_admin'], ['exhibition:write']).length).toBeLessThan(Object.keys(permissions).length);
  });
});
