import type { LocalizedText } from '@ciep/kernel';
import type { Application } from '../clients/applications.service.js';
import { fragment, page, refusalText, wayTo } from './layout.page.js';
import type { Reader } from './reader.rules.js';

const texts = {
  zh: {
    title: '确认新邮箱',
    explanation: '请确认：从现在起用以下邮箱登录您的账号。其他设备将退出登录，密码不变。',
    mail: '新邮箱',
    submit: '确认更改',
    note: '如果不是您本人请求的，请直接关闭此页面，一切保持不变。',
    doneTitle: '邮箱已更改',
    done: '您的登录邮箱已更改，其他设备均已退出登录。从现在起请用以下邮箱登录：',
    refusedTitle: '链接无效',
  },
  en: {
    title: 'Confirm your new mail address',
    explanation:
      'Please confirm that you log in to your account with this address from now on. Your other devices will be logged out; your password stays the same.',
    mail: 'New mail address',
    submit: 'Change my mail address',
    note: 'If you did not ask for this, simply close the page: nothing changes.',
    doneTitle: 'Your mail address is changed',
    done: 'Your mail address is changed, and your other devices are logged out. From now on, log in with:',
    refusedTitle: 'This link does not work',
  },
} as const;

/** The button behind the mailed link: mail scanners open links, people press buttons. */
export function confirmMailPage(reader: Reader, { action, mail }: { readonly action: string; readonly mail: string }): string {
  const text = texts[reader.language];
  return page(reader, {
    title: text.title,
    main: fragment`<p>${text.explanation}</p>
      <dl><dt>${text.mail}</dt><dd>${mail}</dd></dl>
      <form method="post" action="${action}"><button type="submit">${text.submit}</button></form>
      <p class="note">${text.note}</p>`,
  });
}

/** Says that it is done. A reload repeats nothing. */
export function mailChangedPage(reader: Reader, mail: string, application: Application | undefined): string {
  const text = texts[reader.language];
  return page(reader, {
    title: text.doneTitle,
    main: fragment`<p class="done" role="status">${text.done}</p>
      <dl><dt>${text.mail}</dt><dd>${mail}</dd></dl>
      ${wayTo(reader.language, application, true)}`,
  });
}

/** Says that the link does not work. A new one is asked for where the person is logged in. */
export function mailChangeRefusedPage(
  reader: Reader,
  reason: LocalizedText,
  application: Application | undefined,
  canLogIn: boolean,
): string {
  const { language } = reader;
  return page(reader, {
    title: texts[language].refusedTitle,
    isError: true,
    main: fragment`${refusalText(reason[language], true)}${wayTo(language, application, canLogIn)}`,
  });
}
