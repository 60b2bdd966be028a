import { DomainError, type FieldRefusal, type LocalizedText } from '@ciep/kernel';

/** The invited person belongs to the organisation already. */
export class AlreadyMember extends DomainError {
  constructor(memberId: string) {
    super('conflict', 'invitation.already_member', { zh: '此人已是该机构的成员。', en: 'This person is a member already.' }, { memberId });
  }
}

/** The address has an invitation that is still open. */
export class AlreadyInvited extends DomainError {
  constructor(readonly invitationId: string) {
    super(
      'conflict',
      'invitation.already_invited',
      {
        zh: '该邮箱已有一份待接受的邀请；可重新发送或撤销该邀请。',
        en: 'This address has an open invitation already; send that one again, or revoke it.',
      },
      { invitationId },
    );
  }
}

/** The organisation has taken the invitation back. */
export class InvitationRevoked extends DomainError {
  constructor() {
    super('gone', 'invitation.revoked', { zh: '此邀请已被撤销。', en: 'This invitation was taken back.' });
  }
}

/** Nobody accepted it in time. */
export class InvitationExpired extends DomainError {
  constructor() {
    super('gone', 'invitation.expired', {
      zh: '此邀请已过期，请联系该机构重新发送。',
      en: 'This invitation has expired; ask the organisation to send it again.',
    });
  }
}

/** Whoever invited is no longer an administrator of the organisation. */
export class InviterGone extends DomainError {
  constructor() {
    super('gone', 'invitation.inviter_gone', {
      zh: '发出邀请的人已不是该机构的管理员，请联系该机构重新发送邀请。',
      en: 'Whoever invited you no longer manages this organisation; ask it to send the invitation again.',
    });
  }
}

/** The account of the invited address may not log in. */
export class InvitedAccountDisabled extends DomainError {
  constructor() {
    super('conflict', 'invitation.account_disabled', {
      zh: '此邮箱的账号已停用，请联系大会。',
      en: 'The account with this mail address is disabled; please contact the conference.',
    });
  }
}

const needed: LocalizedText = { zh: '此邮箱尚无账号，必须填写。', en: 'There is no account with this mail address, so this is required.' };

/** The invited address has no account yet, so the person has to say who it is and choose a password. */
export class PersonMissing extends DomainError {
  constructor(fields: readonly string[]) {
    super(
      'invalid',
      'invitation.person_missing',
      { zh: '请填写姓名、电话和密码，以建立账号。', en: 'Give your name, your phone number and a password, to open an account.' },
      {},
      fields.map((name): FieldRefusal => ({ pointer: `/${name}`, code: 'required', detail: needed })),
    );
  }
}
