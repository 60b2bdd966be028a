import { permissions } from '@ciep/contracts';
import { describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import { groupsOf } from './audiences.rules.js';

const operation = (tag: string, permission?: keyof typeof permissions) => ({
  tags: [tag],
  responses: {},
  ...(permission && { 'x-permission': permission }),
});
const tagsIn = (paths: object, webhooks?: object) =>
  groupsOf({ paths, webhooks } as Pick<OpenAPIObject, 'paths' | 'webhooks'>).map(({ name, tags }) => [name.split(':')[0], tags]);

describe(groupsOf, () => {
  it('puts a tag where the first role of its permission belongs, in the order of audiences and of services', () => {
    expect(
      tagsIn({
        '/a': { get: operation('notification: mails', 'mail:read') },
        '/b': { get: operation('billing: payments', 'payment:read') },
        '/c': { post: operation('exhibition: endorsements', 'endorsement:decide') },
        '/d': { get: operation('notification: webhooks', 'webhook:read') },
        '/e': { get: operation('billing: invoices', 'invoice:read') },
        '/f': { post: operation('exhibition: exhibitor applications', 'application:apply') },
        '/g': { get: operation('conference: editions') },
      }),
    ).toEqual([
      ['Front ends', ['conference: editions', 'exhibition: exhibitor applications', 'billing: invoices']],
      ['Portals', ['exhibition: endorsements', 'notification: webhooks']],
      ['Back office', ['billing: payments']],
      ['Operators', ['notification: mails']],
    ]);
  });

  it('puts a tag of several audiences into one group, the first, whatever the order of the paths', () => {
    const both = { get: operation('exhibition: things', 'booth:write'), post: operation('exhibition: things', 'application:apply') };
    expect(tagsIn({ '/a': both })).toEqual([['Front ends', ['exhibition: things']]]);
    expect(tagsIn({ '/a': { post: both.get }, '/b': { post: both.post } })).toEqual([['Front ends', ['exhibition: things']]]);
  });

  it('gives webhooks to portals', () => {
    expect(tagsIn({}, { happened: { post: operation('notification: webhook deliveries') } })).toEqual([
      ['Portals', ['notification: webhook deliveries']],
    ]);
  });
});
