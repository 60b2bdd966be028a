import { randomUUID } from 'node:crypto';
import { roles, type Role } from '@ciep/contracts';
import { startService, type TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { billing } from '../src/billing.module.js';

const everyone: readonly Role[] = roles;
const organizer: readonly Role[] = ['shenzhen_working_group', 'beijing_working_group', 'committee_office'];
const exhibitors: readonly Role[] = ['organisation_admin', 'organisation_member'];

/** Every route of billing and the roles that may try it; who may is not always who succeeds. */
const matrix: Readonly<Record<string, readonly Role[] | 'public'>> = {
  'get /v1/billing/editions/{editionId}/fee-schedule': 'public',
  'get /v1/billing/fee-schedules': [...organizer, 'finance_clerk', 'platform_admin', 'auditor'],
  'get /v1/billing/fee-schedules/{id}': [...organizer, 'finance_clerk', 'platform_admin', 'auditor'],
  'post /v1/billing/fee-schedules': ['finance_clerk', 'shenzhen_working_group'],
  'put /v1/billing/fee-schedules/{id}': ['finance_clerk', 'shenzhen_working_group'],
  'post /v1/billing/fee-schedules/{id}/publish': ['finance_clerk', 'shenzhen_working_group'],
  'get /v1/billing/invoices': [...exhibitors, ...organizer, 'finance_clerk', 'auditor'],
  'get /v1/billing/invoices/counts': [...exhibitors, ...organizer, 'finance_clerk', 'auditor'],
  'get /v1/billing/invoices/export.csv': ['finance_clerk', 'shenzhen_working_group', 'auditor'],
  'get /v1/billing/invoices/{id}': [...exhibitors, ...organizer, 'finance_clerk', 'auditor'],
  'get /v1/billing/invoices/{id}/demand.pdf': [...exhibitors, ...organizer, 'finance_clerk', 'auditor'],
  'get /v1/billing/payments': ['finance_clerk', 'auditor'],
  'get /v1/billing/payments/{id}': ['finance_clerk', 'auditor'],
  'post /v1/billing/payments': ['finance_clerk'],
  'post /v1/billing/payments/{id}/assign': ['finance_clerk'],
  'get /v1/billing/credits': ['finance_clerk', 'shenzhen_working_group', 'auditor'],
  'get /v1/billing/refunds': ['finance_clerk', 'shenzhen_working_group', 'auditor'],
  'get /v1/billing/refunds/{id}': ['finance_clerk', 'shenzhen_working_group', 'auditor'],
  'post /v1/billing/refunds': ['finance_clerk'],
};
const ofThePlatform = /^\w+ (\/v1\/billing\/(audit-entries|parked-(?:outgoing-)?facts|openapi)|\/health)/;

let service: TestService;
beforeAll(async () => {
  service = await startService(billing);
});

describe('access to billing', () => {
  it('is decided here for every route', () => {
    const { paths } = service.running.document();
    const routes = Object.entries(paths ?? {}).flatMap(([path, operations]) => Object.keys(operations).map(method => `${method} ${path}`));
    expect(routes.filter(route => !ofThePlatform.test(route)).sort()).toEqual(Object.keys(matrix).sort());
  });

  it.each(Object.entries(matrix))('%s', async (route, allowed) => {
    const [method = '', template = ''] = route.split(' ');
    const path = template.replaceAll(/\{\w+\}/g, () => randomUUID());
    const statusFor = async (caller: TestService['anonymous']): Promise<number> => {
      const call = { get: () => caller.get(path), put: () => caller.put(path, {}), post: () => caller.post(path, {}) }[method];
      return (await call?.())?.status ?? 0;
    };
    expect(await statusFor(service.anonymous)).toBe(allowed === 'public' ? 404 : 401);
    if (allowed === 'public') return;
    for (const role of everyone) {
      const status = await statusFor(service.as({ roles: [role], organisationId: randomUUID(), regionCode: '210000' }));
      expect([role, allowed.includes(role) ? status !== 403 && status !== 401 && status < 500 : status]).toEqual([
        role,
        allowed.includes(role) || 403,
      ]);
    }
  });

  it('wants a token for this platform that covers billing', async () => {
    const { status, body } = await service.as({ roles: ['finance_clerk'], scopes: ['exhibition:read'] }).get('/v1/billing/invoices');
    expect([status, body.code]).toEqual([403, 'scope.missing']);
    expect((await service.with('not.a.token').get('/v1/billing/invoices')).status).toBe(401);
    const readOnly = service.as({ roles: ['finance_clerk'], scopes: ['billing:read'] });
    expect((await readOnly.post('/v1/billing/payments', {})).status).toBe(403);
  });
});
