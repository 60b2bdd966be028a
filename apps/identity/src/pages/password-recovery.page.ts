import type { LocalizedText } from '@ciep/kernel';
import { passwordLength } from '../accounts/password.rules.js';
import type { Application } from '../clients/applications.service.js';
import { fragment, page, refusalText, wayTo, wrong } from './layout.page.js';
import { passwordForm } from './password-form.page.js';
import type { Reader } from './reader.rules.js';

/** Where somebody asks for a link. */
export const recoveryAddress = '/oidc/password-recovery';

const texts = {
  zh: {
    requestTitle: '找回密码',
    request: '请输入您账号的邮箱，我们将向该邮箱发送设置新密码的链接。',
    mail: '邮箱',
    noMail: '请输入有效的邮箱地址。',
    send: '发送链接',
    sentTitle: '请查收邮件',
    sent: '如果有账号使用此邮箱，设置新密码的链接已发送，请查收；之前的链接已失效。',
    nothing: '没有收到？请检查垃圾邮件，或确认邮箱是否正确；片刻之后可再次发送。',
    another: '再次发送',
    title: '设置新密码',
    explanation: '为以下账号设置新密码，设置后所有设备将退出登录：',
    password: '新密码',
    rule: `${passwordLength.min} 至 ${passwordLength.max} 个字符`,
    submit: '设置新密码',
    note: '如果不是您本人请求的，请直接关闭此页面，您的密码不会改变。',
    doneTitle: '密码已更改',
    done: '新密码已设置，所有设备均已退出登录。现在可以用新密码登录了。',
    refusedTitle: '链接无效',
    newLink: '获取新链接',
  },
  en: {
    requestTitle: 'Forgot your password?',
    request: 'Enter the mail address of your account. We mail a link there, with which you choose a new password.',
    mail: 'Mail address',
    noMail: 'This is not a mail address.',
    send: 'Mail the link',
    sentTitle: 'Look into your mail',
    sent: 'If there is an account with this mail address, a link to choose a new password is on its way; links sent before no longer work.',
    nothing: 'Nothing there? Look into your spam folder and check the address; you can ask again in a moment.',
    another: 'Ask again',
    title: 'Choose a new password',
    explanation: 'Choose a new password for this account. Every device will be logged out.',
    password: 'New password',
    rule: `${passwordLength.min} to ${passwordLength.max} characters`,
    submit: 'Set the new password',
    note: 'If you did not ask for this, simply close the page: your password stays as it is.',
    doneTitle: 'Your password is changed',
    done: 'Your new password is set, and every device is logged out. You can log in with it now.',
    refusedTitle: 'This link does not work',
    newLink: 'Ask for a new link',
  },
} as const;

/** Asks for the mail address of the account; after a mistake with what was typed. */
export function recoveryRequestPage(reader: Reader, mistyped?: string): string {
  const text = texts[reader.language];
  const isWrong = mistyped !== undefined;
  return page(reader, {
    title: text.requestTitle,
    isError: isWrong,
    main: fragment`<p>${text.request}</p>
      ${isWrong && refusalText(text.noMail, false)}
      <form method="post" action="${recoveryAddress}">
        <label for="mail">${text.mail}</label>
        <input id="mail" name="mail" type="email" autocomplete="username" required maxlength="254" value="${mistyped ?? ''}"${wrong(isWrong)} autofocus />
        <button type="submit">${text.send}</button>
      </form>`,
  });
}

/** The same for everybody, so that it reveals nothing about the address. */
export function recoverySentPage(reader: Reader): string {
  const text = texts[reader.language];
  return page(reader, {
    title: text.sentTitle,
    main: fragment`<p class="done" role="status">${text.sent}</p>
      <p class="note">${text.nothing}</p>
      <p><a class="button quiet" href="${recoveryAddress}">${text.another}</a></p>`,
  });
}

interface NewPasswordPage {
  readonly action: string;
  readonly mail: string;
  readonly refusal?: LocalizedText;
}

/** The button behind the mailed link: mail scanners open links, people press buttons. */
export function newPasswordPage(reader: Reader, { action, mail, refusal }: NewPasswordPage): string {
  const { language } = reader;
  const text = texts[language];
  return page(reader, {
    title: text.title,
    isError: refusal !== undefined,
    main: fragment`<p>${text.explanation}</p>
      <dl><dt>${text.mail}</dt><dd>${mail}</dd></dl>
      ${refusal && refusalText(refusal[language], false)}
      ${passwordForm({ action, mail, label: text.password, rule: text.rule, submit: text.submit, isRefused: refusal !== undefined, hasFocus: true })}
      <p class="note">${text.note}</p>`,
  });
}

/** Says that it is done. A reload repeats nothing. */
export function newPasswordSetPage(reader: Reader, application: Application | undefined): string {
  const text = texts[reader.language];
  return page(reader, {
    title: text.doneTitle,
    main: fragment`<p class="done" role="status">${text.done}</p>${wayTo(reader.language, application, true)}`,
  });
}

/** Says that the link does not work. A used link leads to the login, any other to a new link. */
export function recoveryRefusedPage(
  reader: Reader,
  reason: LocalizedText,
  used?: { readonly application: Application | undefined },
): string {
  const { language } = reader;
  const text = texts[language];
  return page(reader, {
    title: text.refusedTitle,
    isError: true,
    main: fragment`${refusalText(reason[language], true)}
      ${used ? wayTo(language, used.application, true) : fragment`<p><a class="button" href="${recoveryAddress}">${text.newLink}</a></p>`}`,
  });
}
