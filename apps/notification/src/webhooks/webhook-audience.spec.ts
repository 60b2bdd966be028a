import { describe, expect, it } from '@jest/globals';
import { ownerOf } from './webhook-audience.rules.js';
import { WebhookAudienceUnknown } from './webhook.errors.js';

const owner = '01860000-0000-7000-8000-000000000001';

describe(ownerOf.name, () => {
  it.each(['platform_admin', 'beijing_working_group', 'shenzhen_working_group', 'committee_office'])('lets %s receive everything', role => {
    expect(ownerOf({ owner, roles: [role] })).toEqual({ organisationId: owner, audience: 'everything', regionCode: null });
  });

  it('lets a province partner receive its region', () => {
    expect(ownerOf({ owner, roles: ['province_partner'], regionCode: '210000' })).toEqual({
      organisationId: owner,
      audience: 'region',
      regionCode: '210000',
    });
  });

  it('refuses a province partner without a region', () => {
    expect(() => ownerOf({ owner, roles: ['province_partner'] })).toThrow(WebhookAudienceUnknown);
  });

  it.each(['organisation_admin', 'organisation_member', 'finance_clerk'])(
    'lets %s receive its own applications, whatever its region',
    role => {
      expect(ownerOf({ owner, roles: [role], regionCode: '210000' })).toEqual({
        organisationId: owner,
        audience: 'organisation',
        regionCode: null,
      });
    },
  );
});
