import type { Language, LocalizedText } from '@ciep/kernel';
import { fragment, page } from './layout.page.js';

const texts = {
  zh: { title: '登录', for: '登录后继续使用', mail: '邮箱', password: '密码', submit: '登录', abort: '取消' },
  en: { title: 'Log in', for: 'Log in to continue to', mail: 'Mail address', password: 'Password', submit: 'Log in', abort: 'Cancel' },
} as const;

export const wrongPassword: LocalizedText = { zh: '邮箱或密码不正确。', en: 'Mail address or password is wrong.' };

export const tooManyTries = (seconds: number): LocalizedText => ({
  zh: `尝试次数过多，请在 ${seconds} 秒后重试。`,
  en: `Too many tries; please try again in ${seconds} seconds.`,
});

export interface LoginPage {
  readonly uid: string;
  readonly proof: string;
  readonly client: LocalizedText;
  readonly mail?: string;
  readonly refusal?: LocalizedText;
}

/** Asks for mail address and password. */
export function loginPage(language: Language, { uid, proof, client, mail = '', refusal }: LoginPage): string {
  const text = texts[language];
  return page(
    language,
    text.title,
    fragment`<p>${text.for} <strong>${client[language]}</strong></p>
      ${refusal && fragment`<p class="refusal" role="alert">${refusal[language]}</p>`}
      <form method="post" action="/oidc/interaction/${uid}/login">
        <input type="hidden" name="proof" value="${proof}" />
        <label for="mail">${text.mail}</label>
        <input id="mail" name="mail" type="email" autocomplete="username" required maxlength="254" value="${mail}" />
        <label for="password">${text.password}</label>
        <input id="password" name="password" type="password" autocomplete="current-password" required maxlength="128" />
        <button type="submit">${text.submit}</button>
      </form>
      <form method="post" action="/oidc/interaction/${uid}/abort">
        <input type="hidden" name="proof" value="${proof}" />
        <button class="quiet" type="submit">${text.abort}</button>
      </form>`,
  );
}

const unproven = {
  zh: {
    title: '邮箱尚未验证',
    explanation: '您的邮箱尚未验证，暂时不能登录。请打开我们发送的邮件，点击其中的链接并按下按钮。',
    submit: '重新发送邮件',
    note: '重新发送后，之前的链接将失效。',
  },
  en: {
    title: 'Mail address not verified',
    explanation:
      'Your mail address is not verified yet, so you cannot log in. Please open the mail that we sent you, follow its link and press the button.',
    submit: 'Send the mail again',
    note: 'The link sent before will then no longer work.',
  },
} as const;

/** The password is right, but the mail address is not proven. */
export function unprovenPage(language: Language, { uid, proof, mail }: { uid: string; proof: string; mail: string }): string {
  const text = unproven[language];
  return page(
    language,
    text.title,
    fragment`<p class="refusal" role="alert">${text.explanation}</p>
      <form method="post" action="/oidc/interaction/${uid}/link">
        <input type="hidden" name="proof" value="${proof}" />
        <input type="hidden" name="mail" value="${mail}" />
        <button type="submit">${text.submit}</button>
      </form>
      <p class="note">${text.note}</p>`,
  );
}
