import type { LocalizedText } from '@ciep/kernel';
import { passwordLength } from '../accounts/password.rules.js';
import type { Application } from '../clients/applications.service.js';
import { fragment, page, refusalText, wayTo, type Html } from './layout.page.js';
import { passwordForm } from './password-form.page.js';
import type { Reader } from './reader.rules.js';

const texts = {
  zh: {
    title: '验证邮箱',
    explanation: '请确认以下机构的注册：',
    submit: '确认注册',
    organisation: '机构',
    identity: '代码或登记号',
    person: '管理员',
    mail: '登录邮箱',
    password: '设置登录密码',
    rule: `${passwordLength.min} 至 ${passwordLength.max} 个字符`,
    note: '如果不是您提交的注册，或以上内容有误，请直接关闭此页面。',
    doneTitle: '注册完成',
    done: '邮箱已验证，注册完成。现在可以登录了。',
    refusedTitle: '链接无效',
    newLink: '发送新链接',
  },
  en: {
    title: 'Verify your mail address',
    explanation: 'Please confirm the registration of:',
    submit: 'Confirm registration',
    organisation: 'Organisation',
    identity: 'Credit code or register',
    person: 'Administrator',
    mail: 'Mail address for logging in',
    password: 'Choose your password for logging in',
    rule: `${passwordLength.min} to ${passwordLength.max} characters`,
    note: 'If you did not register it, or something above is wrong, simply close this page.',
    doneTitle: 'Registration complete',
    done: 'Your mail address is verified and the registration is complete. You can log in now.',
    refusedTitle: 'This link does not work',
    newLink: 'Mail a new link',
  },
} as const;

interface ConfirmPage {
  readonly action: string;
  readonly organisation: LocalizedText;
  readonly identity: string;
  readonly person: string;
  readonly mail: string;
  readonly refusal?: LocalizedText;
}

/**
 * The button behind the mailed link: mail scanners open links, people press buttons. Anybody may have filled in the form, so its
 * content is shown, and the password is chosen here, by the holder of the mailbox.
 */
export function confirmPage(reader: Reader, { action, organisation, identity, person, mail, refusal }: ConfirmPage): string {
  const { language } = reader;
  const text = texts[language];
  const entry = (name: string, value: string): Html => fragment`<dt>${name}</dt><dd>${value}</dd>`;
  return page(reader, {
    title: text.title,
    isError: refusal !== undefined,
    main: fragment`<p>${text.explanation}</p>
      <dl>
        ${entry(text.organisation, organisation[language])}
        ${entry(text.identity, identity)}
        ${entry(text.person, person)}
        ${entry(text.mail, mail)}
      </dl>
      ${refusal && refusalText(refusal[language], false)}
      ${passwordForm({ action, mail, label: text.password, rule: text.rule, submit: text.submit, isRefused: refusal !== undefined, hasFocus: refusal !== undefined })}
      <p class="note">${text.note}</p>`,
  });
}

/** Says that it is done. A reload repeats nothing. */
export function confirmedPage(reader: Reader, application: Application | undefined): string {
  const text = texts[reader.language];
  return page(reader, {
    title: text.doneTitle,
    main: fragment`<p class="done" role="status">${text.done}</p>${wayTo(reader.language, application, true)}`,
  });
}

/** Says that the link does not work. An expired link can be mailed again; otherwise the person may already have an account. */
export function linkRefusedPage(
  reader: Reader,
  reason: LocalizedText,
  way: { readonly newLink: string } | { readonly application: Application | undefined; readonly canLogIn: boolean },
): string {
  const { language } = reader;
  const text = texts[language];
  return page(reader, {
    title: text.refusedTitle,
    isError: true,
    main: fragment`${refusalText(reason[language], true)}
      ${
        'newLink' in way
          ? fragment`<form method="post" action="${way.newLink}"><button type="submit">${text.newLink}</button></form>`
          : wayTo(language, way.application, way.canLogIn)
      }`,
  });
}
