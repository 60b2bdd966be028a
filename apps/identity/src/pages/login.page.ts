import type { Language, LocalizedText } from '@ciep/kernel';
import { fragment, page, refusalText, wrong, type Html } from './layout.page.js';
import { recoveryAddress } from './password-recovery.page.js';
import type { Reader } from './reader.rules.js';

const texts = {
  zh: { title: '登录', for: '登录后继续使用', mail: '邮箱', password: '密码', submit: '登录', forgotten: '忘记密码？', abort: '取消' },
  en: {
    title: 'Log in',
    for: 'Log in to continue to',
    mail: 'Mail address',
    password: 'Password',
    submit: 'Log in',
    forgotten: 'Forgot your password?',
    abort: 'Cancel',
  },
} as const;

/** Why a login was refused: the word in the address of the page, so that each try has its own answer and a reload repeats none. */
export type LoginRefusal = 'password' | 'tries';

const wrongPassword: LocalizedText = { zh: '邮箱或密码不正确。', en: 'Mail address or password is wrong.' };
const tooManyTries = (seconds: number | undefined): LocalizedText =>
  seconds === undefined
    ? { zh: '尝试次数过多，请稍后重试。', en: 'Too many tries; please try again later.' }
    : { zh: `尝试次数过多，请在 ${seconds} 秒后重试。`, en: `Too many tries; please try again in ${seconds} seconds.` };

export interface LoginPage {
  readonly uid: string;
  readonly proof: string;
  readonly client: LocalizedText;
  readonly mail?: string;
  readonly refusal?: LoginRefusal;
  /** Until the next try is possible. */
  readonly waitSeconds?: number;
}

const unproven = {
  zh: { explanation: '刚刚注册？请先打开我们发送的邮件，点击其中的链接并设置密码。', submit: '重新发送邮件' },
  en: {
    explanation: 'Have you just registered? First open the mail that we sent you, follow its link and choose your password.',
    submit: 'Send the mail again',
  },
} as const;

/** Shown after every refusal, so that it reveals nothing about the address. */
const sendAgain = (
  language: Language,
  { uid, proof, mail = '' }: LoginPage,
): Html => fragment`<form class="part" method="post" action="/oidc/interaction/${uid}/link">
        <p class="note">${unproven[language].explanation}</p>
        <input type="hidden" name="proof" value="${proof}" />
        <input type="hidden" name="mail" value="${mail}" />
        <button class="quiet" type="submit">${unproven[language].submit}</button>
      </form>`;

const focused = fragment` autofocus`;

/**
 * Asks for mail address and password. The button that switches the language sends the form, password included, because nothing else
 * without script keeps what was typed; only the mail address is used.
 */
export function loginPage(reader: Reader, shown: LoginPage): string {
  const { uid, proof, client, mail = '', refusal, waitSeconds } = shown;
  const { language } = reader;
  const text = texts[language];
  const isWrong = refusal === 'password';
  const isClosed = refusal === 'tries';
  return page(reader, {
    title: text.title,
    isError: refusal !== undefined,
    switchBy: { form: 'login', action: `/oidc/interaction/${uid}/language${refusal === undefined ? '' : `?refused=${refusal}`}` },
    main: fragment`<p>${text.for} <strong>${client[language]}</strong></p>
      ${refusal && refusalText((isWrong ? wrongPassword : tooManyTries(waitSeconds))[language], isClosed)}
      <form id="login" method="post" action="/oidc/interaction/${uid}/login">
        <input type="hidden" name="proof" value="${proof}" />
        <label for="mail">${text.mail}</label>
        <input id="mail" name="mail" type="email" autocomplete="username" required maxlength="254" value="${mail}"${wrong(isWrong)}${!isClosed && mail === '' && focused} />
        <label for="password">${text.password}</label>
        <input id="password" name="password" type="password" autocomplete="current-password" required maxlength="128"${wrong(isWrong)}${!isClosed && mail !== '' && focused} />
        <button type="submit">${text.submit}</button>
      </form>
      <p><a class="aside" href="${recoveryAddress}">${text.forgotten}</a></p>
      <form method="post" action="/oidc/interaction/${uid}/abort">
        <input type="hidden" name="proof" value="${proof}" />
        <button class="quiet" type="submit">${text.abort}</button>
      </form>
      ${refusal && sendAgain(language, shown)}`,
  });
}
