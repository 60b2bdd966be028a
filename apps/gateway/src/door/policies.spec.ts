import { describe, expect, it } from '@jest/globals';
import { isHealth, isSignIn, isWrite } from './policies.rules.js';

describe(isSignIn, () => {
  it.each([
    ['POST', '/oidc/token'],
    ['POST', '/oidc/token?x=1'],
    ['POST', '/oidc/%74oken'],
    ['POST', '/oidc/TOKEN'],
    ['POST', '/oidc/token/revocation'],
    ['POST', '/oidc/interaction/abc/login'],
    ['GET', '/oidc/registration/id/code'],
    ['POST', '/oidc/registration/id/code'],
    ['POST', '/v1/identity/registrations'],
    ['POST', '/v1/identity/registrations/resend'],
    ['GET', '/oidc/password-recovery/id/code'],
    ['POST', '/oidc/password-recovery'],
    ['POST', '/v1/identity/password-recoveries'],
    ['POST', '/v1/identity/password-recoveries/id/complete'],
    ['GET', '/oidc/invitation/id/code'],
    ['POST', '/oidc/invitation/id/code'],
    ['POST', '/v1/identity/invitations/id/accept'],
    ['PUT', '/v1/identity/me/password'],
  ])('%s %s', (method, target) => expect(isSignIn(method, target)).toBe(true));

  it.each([
    ['OPTIONS', '/oidc/token'],
    ['GET', '/oidc/auth'],
    ['GET', '/oidc/interaction/abc'],
    ['GET', '/oidc/jwks'],
    ['POST', '/v1/exhibition/applications'],
    ['POST', '/oidc/tokens'],
    ['POST', '/oidc/%zz'],
  ])('not %s %s', (method, target) => expect(isSignIn(method, target)).toBe(false));
});

describe(isWrite, () => {
  it('includes every method that may change data', () => {
    expect(['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'].filter(isWrite)).toEqual(['POST', 'PUT', 'PATCH', 'DELETE']);
  });
});

describe(isHealth, () => {
  it('includes nothing else', () => {
    expect(['/health/live', '/health/ready', '/health/ready?x', '/health', '/v1/health/live', '/health/live/x'].map(isHealth)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});
