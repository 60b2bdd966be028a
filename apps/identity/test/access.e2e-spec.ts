import { randomUUID } from 'node:crypto';
import { seeds } from '@ciep/contracts';
import { describeAccess } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { demoExhibitor, identity } from '../src/identity.module.js';

const service = describeAccess(identity, { settings: { CIEP_SEED_DEMO: 'true' } });
beforeAll(() => service().running.seed());

describe('headers that claim an identity', () => {
  it('are ignored', async () => {
    const headers = { 'x-user-id': randomUUID(), 'x-user-roles': 'platform_admin', 'x-internal-organisation': demoExhibitor };
    expect((await service().anonymous.get('/v1/identity/organisations', { headers })).status).toBe(401);
    const stranger = service().as({ roles: ['organisation_admin'], organisationId: seeds.partnerOf('110000') });
    expect((await stranger.get(`/v1/identity/organisations/${demoExhibitor}`, { headers })).status).toBe(404);
  });
});
