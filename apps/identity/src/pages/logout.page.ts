import type { Application } from '../clients/applications.service.js';
import { fragment, page, wayTo, type Html } from './layout.page.js';
import type { Reader } from './reader.rules.js';

const texts = {
  zh: {
    title: '退出登录',
    question: '是否退出登录？',
    yes: '退出',
    no: '保持登录',
    done: '您已退出登录。',
    stayed: '您仍保持登录。',
    next: '继续',
    nobody: '您已不在登录状态。请点击继续。',
    another: '此浏览器中有另一个账号处于登录状态，继续将退出该账号，并以您的账号登录。请点击继续。',
    anotherTitle: '切换账号',
  },
  en: {
    title: 'Log out',
    question: 'Do you want to log out?',
    yes: 'Log out',
    no: 'Stay logged in',
    done: 'You are logged out.',
    stayed: 'You are still logged in.',
    next: 'Continue',
    nobody: 'You are not logged in any more. Please press continue.',
    another: 'Another account is logged in here. Continuing logs it out and logs you in. Please press continue.',
    anotherTitle: 'Change the account',
  },
} as const;

/** Asks whether to log out; `form` is the provider's form `op.logoutForm`. */
export function logoutPage(reader: Reader, form: Html): string {
  const text = texts[reader.language];
  return page(reader, {
    title: text.title,
    main: fragment`<p>${text.question}</p>
      ${form}
      <button type="submit" form="op.logoutForm" name="logout" value="yes">${text.yes}</button>
      <button class="quiet" type="submit" form="op.logoutForm">${text.no}</button>`,
  });
}

/** After the answer, if the client named no address to return to. */
export function loggedOutPage(reader: Reader, isLoggedIn: boolean, application: Application | undefined): string {
  const text = texts[reader.language];
  return page(reader, {
    title: text.title,
    main: fragment`<p class="done" role="status">${isLoggedIn ? text.stayed : text.done}</p>${wayTo(reader.language, application)}`,
  });
}

/** A step that the provider's own page would take by script: to log out nobody, or somebody else. */
export function continuePage(
  reader: Reader,
  who: 'nobody' | 'another',
  { action, fields }: { action: string; fields: readonly (readonly [string, string])[] },
): string {
  const text = texts[reader.language];
  return page(reader, {
    title: who === 'nobody' ? text.title : text.anotherTitle,
    main: fragment`<p>${text[who]}</p>
      <form method="post" action="${action}">
        ${fields.map(([name, value]) => fragment`<input type="hidden" name="${name}" value="${value}" />`)}
        <button type="submit" autofocus>${text.next}</button>
      </form>`,
  });
}
