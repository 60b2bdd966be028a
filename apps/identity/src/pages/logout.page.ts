import type { Language } from '@ciep/kernel';
import { fragment, page, type Html } from './layout.page.js';

const texts = {
  zh: {
    title: '退出登录',
    question: '是否退出登录？',
    yes: '退出',
    no: '保持登录',
    done: '您已退出登录。',
    next: '继续',
    step: '请点击继续。',
  },
  en: {
    title: 'Log out',
    question: 'Do you want to log out?',
    yes: 'Log out',
    no: 'Stay logged in',
    done: 'You are logged out.',
    next: 'Continue',
    step: 'Please press continue.',
  },
} as const;

/** Asks whether to log out; `form` is the provider's form `op.logoutForm`. */
export function logoutPage(language: Language, form: Html): string {
  const text = texts[language];
  return page(
    language,
    text.title,
    fragment`<p>${text.question}</p>
      ${form}
      <button type="submit" form="op.logoutForm" name="logout" value="yes">${text.yes}</button>
      <button class="quiet" type="submit" form="op.logoutForm">${text.no}</button>`,
  );
}

/** Logged out, and the client named no place to go to. */
export const loggedOutPage = (language: Language): string =>
  page(language, texts[language].title, fragment`<p role="status">${texts[language].done}</p>`);

/** A step that the provider's own page would take by script. */
export function continuePage(language: Language, action: string, fields: readonly (readonly [string, string])[]): string {
  const text = texts[language];
  return page(
    language,
    text.title,
    fragment`<p>${text.step}</p>
      <form method="post" action="${action}">
        ${fields.map(([name, value]) => fragment`<input type="hidden" name="${name}" value="${value}" />`)}
        <button type="submit" autofocus>${text.next}</button>
      </form>`,
  );
}
