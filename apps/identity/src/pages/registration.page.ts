import type { Language, LocalizedText } from '@ciep/kernel';
import { fragment, page, type Html } from './layout.page.js';

const texts = {
  zh: {
    title: '验证邮箱',
    explanation: '请确认以下机构的注册：',
    submit: '确认注册',
    password: '设置密码（10 至 128 个字符）',
    note: '如果不是您提交的注册，请直接关闭此页面。',
    doneTitle: '注册完成',
    done: '邮箱已验证，注册完成。现在可以登录了。',
    refusedTitle: '链接无效',
  },
  en: {
    title: 'Verify your mail address',
    explanation: 'Please confirm the registration of:',
    submit: 'Confirm registration',
    password: 'Choose a password (10 to 128 characters)',
    note: 'If you did not register it, simply close this page.',
    doneTitle: 'Registration complete',
    done: 'Your mail address is verified and the registration is complete. You can log in now.',
    refusedTitle: 'This link does not work',
  },
} as const;

const passwordField = (label: string): Html =>
  fragment`<label for="password">${label}</label>
        <input id="password" name="password" type="password" autocomplete="new-password" required minlength="10" maxlength="128" />`;

interface ConfirmPage {
  readonly action: string;
  readonly organisation: LocalizedText;
  readonly asksPassword?: boolean;
  readonly refusal?: LocalizedText;
}

/** The button behind the mailed link: mail scanners open links, people press buttons. Who was invited chooses a password, too. */
export function confirmPage(language: Language, { action, organisation, asksPassword = false, refusal }: ConfirmPage): string {
  const text = texts[language];
  return page(
    language,
    text.title,
    fragment`<p>${text.explanation}</p>
      <p><strong>${organisation[language]}</strong></p>
      ${refusal && fragment`<p class="refusal" role="alert">${refusal[language]}</p>`}
      <form method="post" action="${action}">
        ${asksPassword ? passwordField(text.password) : undefined}
        <button type="submit">${text.submit}</button>
      </form>
      <p class="note">${text.note}</p>`,
  );
}

export const confirmedPage = (language: Language): string =>
  page(language, texts[language].doneTitle, fragment`<p role="status">${texts[language].done}</p>`);

export const linkRefusedPage = (language: Language, reason: LocalizedText): string =>
  page(language, texts[language].refusedTitle, fragment`<p class="refusal" role="alert">${reason[language]}</p>`);
