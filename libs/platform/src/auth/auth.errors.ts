import { DomainError } from '@ciep/kernel';

/** The token is valid, but none of its roles has the permission. */
export class PermissionMissing extends DomainError {
  constructor(permission: string) {
    super(
      'forbidden',
      'permission.missing',
      { zh: `缺少权限：${permission}。`, en: `The permission "${permission}" is missing.` },
      { permission },
    );
  }
}

/** The token's scope does not cover this service. */
export class ScopeMissing extends DomainError {
  constructor(scope: string) {
    super(
      'forbidden',
      'scope.missing',
      { zh: `访问令牌缺少范围：${scope}。`, en: `The access token lacks the scope "${scope}".` },
      { scope },
    );
  }
}
