import { describe, expect, it } from '@jest/globals';
import { destinationOf, largestBody, passingRoute, passingRoutes } from './paths.rules.js';

describe(destinationOf, () => {
  it.each([
    ['/v1/exhibition/booths?limit=2', 'exhibition', '/v1/exhibition/booths?limit=2'],
    ['/v1/exhibition', 'exhibition', '/v1/exhibition'],
    ['/v1/conference/editions/a..b', 'conference', '/v1/conference/editions/a..b'],
    ['/v1/identity/me?next=/../x', 'identity', '/v1/identity/me?next=/../x'],
    ['/oidc/token', 'identity', '/oidc/token'],
    ['/oidc', 'identity', '/oidc'],
    ['/.well-known/oauth-authorization-server', 'identity', '/oidc/.well-known/oauth-authorization-server'],
    ['/.well-known/oauth-authorization-server/oidc?x=1', 'identity', '/oidc/.well-known/oauth-authorization-server?x=1'],
    ['/.well-known/openid-configuration/oidc', 'identity', '/oidc/.well-known/openid-configuration'],
  ])('%s goes to %s', (target, service, path) => {
    expect(destinationOf(target)).toEqual({ service, path });
  });

  it.each([
    '/internal/organisations',
    '/v1',
    '/v1/',
    '/v1/Exhibition/booths',
    '/v2/exhibition/booths',
    '/oidcx/token',
    '/v1/exhibition/../../internal/accounts',
    '/v1/exhibition/%2e%2e/%2E%2e/internal/accounts',
    '/v1/exhibition/..%2finternal',
    '/v1/exhibition/..',
    '/v1/exhibition/..\\internal',
    '/oidc/./token',
    '/.well-known/security.txt',
    'http://elsewhere.example/v1/exhibition/booths',
  ])('%s has no destination', target => {
    expect(destinationOf(target)).toBeUndefined();
  });
});

describe(largestBody, () => {
  it.each([
    ['/v1/exhibition/applications', 1],
    ['/v1/exhibition/applications/1/uploads', 25],
    ['/v1/exhibition/uploads?x=1', 25],
    ['/v1/exhibition/uploadsx', 1],
    ['/v1/exhibition/applications?next=/uploads', 1],
    ['/oidc/uploads', 1],
  ])('%s takes %i MiB', (path, mebibytes) => {
    expect(largestBody(path)).toBe(mebibytes * 1024 * 1024);
  });
});

describe(passingRoute, () => {
  it.each([
    ['/v1/exhibition/booths?limit=2', '/v1/*'],
    ['/v1/', '/v1/*'],
    ['/oidc', '/oidc'],
    ['/oidc?x=1', '/oidc'],
    ['/oidc/token', '/oidc/*'],
    ['/.well-known/openid-configuration', '/.well-known/*'],
  ])('%s matches %s', (target, route) => {
    expect(passingRoute('GET', target)).toBe(route);
    expect(passingRoutes).toContainEqual({ method: 'GET', url: route });
  });

  it.each(['/', '/v1', '/v1?x', '/v12/x', '/oidcx', '/.well-known', '/docs', '/health/ready', '/internal/x', 'http://host/v1/x', '*', ''])(
    '%s is not forwarded',
    target => {
      expect(passingRoute('GET', target)).toBeUndefined();
    },
  );

  it('covers the methods of the API', () => {
    expect(passingRoute('DELETE', '/v1/exhibition/booths/1')).toBe('/v1/*');
    expect(passingRoute('TRACE', '/v1/exhibition/booths')).toBeUndefined();
  });
});
