import type { MemberRole } from '@ciep/contracts';
import type { LocalizedText } from '@ciep/kernel';
import { passwordLength } from '../accounts/password.rules.js';
import { roleNames } from '../accounts/role-names.rules.js';
import type { Application } from '../clients/applications.service.js';
import { fragment, page, refusalText, wayTo, wrong, type Html } from './layout.page.js';
import { passwordForm } from './password-form.page.js';
import type { Reader } from './reader.rules.js';

const texts = {
  zh: {
    title: '加入机构',
    explanation: '您被邀请加入以下机构：',
    organisation: '机构',
    inviter: '邀请人',
    role: '角色',
    mail: '登录邮箱',
    account: '此邮箱已有账号，加入后可用原密码登录，并代表该机构办理业务。',
    join: '加入',
    name: '您的姓名',
    phone: '您的电话',
    phoneRule: '以 + 和国家码开头，例如 +86 24 2345 6789',
    password: '设置登录密码',
    rule: `${passwordLength.min} 至 ${passwordLength.max} 个字符`,
    submit: '建立账号并加入',
    notFilledIn: '请填写您的姓名，以及以 + 和国家码开头的电话号码。',
    note: '如果您不认识该机构，请直接关闭此页面。',
    doneTitle: '已加入机构',
    done: (organisation: string) => `您已成为${organisation}的成员。现在可以登录了。`,
    refusedTitle: '邀请无效',
  },
  en: {
    title: 'Join an organisation',
    explanation: 'You are invited to join:',
    organisation: 'Organisation',
    inviter: 'Invited by',
    role: 'As',
    mail: 'Mail address for logging in',
    account: 'You have an account with this mail address. Once you have joined, log in with your password and act for this organisation.',
    join: 'Join',
    name: 'Your name',
    phone: 'Your telephone number',
    phoneRule: 'With + and the country code, for example +86 24 2345 6789',
    password: 'Choose your password for logging in',
    rule: `${passwordLength.min} to ${passwordLength.max} characters`,
    submit: 'Open my account and join',
    notFilledIn: 'Enter your name, and your telephone number with + and the country code.',
    note: 'If you do not know this organisation, simply close this page.',
    doneTitle: 'You have joined',
    done: (organisation: string) => `You are a member of ${organisation} now. You can log in.`,
    refusedTitle: 'This invitation does not work',
  },
} as const;

/** What the person has entered, or the organisation has proposed. */
export interface TypedIn {
  readonly name: string;
  readonly phone?: string;
}

interface InvitationPage {
  readonly action: string;
  readonly mail: string;
  readonly organisation: LocalizedText;
  readonly inviter: string | null;
  readonly roles: readonly MemberRole[];
  readonly hasAccount: boolean;
  readonly typed: TypedIn;
  /** The fields that are refused. */
  readonly wrong: readonly string[];
  readonly refusal?: LocalizedText;
}

/** The button behind the mailed link: mail scanners open links, people press buttons. */
export function invitationPage(reader: Reader, content: InvitationPage): string {
  const { language } = reader;
  const { mail, organisation, inviter, roles, hasAccount, refusal, wrong: refused } = content;
  const text = texts[language];
  const isPerson = refused.some(field => field !== 'password');
  return page(reader, {
    title: text.title,
    isError: refusal !== undefined,
    main: fragment`<p>${text.explanation}</p>
      <dl><dt>${text.organisation}</dt><dd>${organisation[language]}</dd>
        ${inviter !== null && fragment`<dt>${text.inviter}</dt><dd>${inviter}</dd>`}
        <dt>${text.role}</dt><dd>${roles.map(role => roleNames[role][language]).join(language === 'zh' ? '、' : ', ')}</dd>
        <dt>${text.mail}</dt><dd>${mail}</dd></dl>
      ${refusal && refusalText(isPerson ? text.notFilledIn : refusal[language], false)}
      ${hasAccount ? joinForm(reader, content) : newcomerForm(reader, content)}
      <p class="note">${text.note}</p>`,
  });
}

function joinForm({ language }: Reader, { action }: InvitationPage): Html {
  const text = texts[language];
  return fragment`<p>${text.account}</p><form method="post" action="${action}"><button type="submit">${text.join}</button></form>`;
}

function newcomerForm({ language }: Reader, { action, mail, typed, wrong: refused }: InvitationPage): Html {
  const text = texts[language];
  const [isName, isPhone] = [refused.includes('name'), refused.includes('phone')];
  const before = fragment`<label for="name">${text.name}</label>
        <input id="name" name="name" autocomplete="name" required maxlength="100" value="${typed.name}"${wrong(isName)}${isName && fragment` autofocus`} />
        <label for="phone">${text.phone}</label>
        <p class="hint" id="phone-rule">${text.phoneRule}</p>
        <input id="phone" name="phone" type="tel" autocomplete="tel" required maxlength="30" value="${typed.phone ?? ''}"${wrong(isPhone, 'phone-rule')}${!isName && isPhone && fragment` autofocus`} />`;
  const isRefused = refused.includes('password');
  const { password: label, rule, submit } = text;
  return passwordForm({ action, mail, label, rule, submit, isRefused, hasFocus: isRefused, before });
}

/** Says that it is done. A reload repeats nothing. */
export function joinedPage(reader: Reader, organisation: LocalizedText, application: Application | undefined): string {
  const { language } = reader;
  const text = texts[language];
  return page(reader, {
    title: text.doneTitle,
    main: fragment`<p class="done" role="status">${text.done(organisation[language])}</p>${wayTo(language, application, true)}`,
  });
}

/** Says that the link does not work. Whoever is a member already is led to the login. */
export function invitationRefusedPage(
  reader: Reader,
  reason: LocalizedText,
  member?: { readonly application: Application | undefined },
): string {
  const { language } = reader;
  return page(reader, {
    title: texts[language].refusedTitle,
    isError: true,
    main: fragment`${refusalText(reason[language], true)}${member && wayTo(language, member.application, true)}`,
  });
}
