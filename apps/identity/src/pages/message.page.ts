import type { LocalizedText } from '@ciep/kernel';
import type { Application } from '../clients/applications.service.js';
import { fragment, page, refusalText, wayTo, type Html } from './layout.page.js';
import type { Reader } from './reader.rules.js';

const texts = {
  zh: { code: '错误代码', again: '重试', toLogin: '返回登录' },
  en: { code: 'Error code', again: 'Try again', toLogin: 'Back to the login' },
} as const;

const link = (address: string, text: string): Html => fragment`<p><a class="button" href="${address}">${text}</a></p>`;

export interface Refusal {
  readonly title: LocalizedText;
  readonly text: LocalizedText;
  /** For the people who are asked for help. */
  readonly code: string;
  /** Where the person came from. */
  readonly application?: Application | undefined;
  /** Whether the same may succeed later. */
  readonly isTemporary?: boolean;
}

/** Why it cannot go on, and where it can. */
export function refusalPage(reader: Reader, { title, text, code, application, isTemporary = false }: Refusal): string {
  const { language, address } = reader;
  return page(reader, {
    title: title[language],
    isError: true,
    main: fragment`${refusalText(text[language], true)}
      ${isTemporary ? link(address, texts[language].again) : wayTo(language, application)}
      <p class="note">${texts[language].code}: ${code}</p>`,
  });
}

/** Says that a mail was sent; `login` is the address of the login page. */
export const linkSentPage = (reader: Reader, login?: string): string =>
  page(reader, {
    title: linkSent.title[reader.language],
    main: fragment`<p class="done" role="status">${linkSent.message[reader.language]}</p>
      ${login !== undefined && link(login, texts[reader.language].toLogin)}`,
  });

/** The page was open for too long, in another browser, or its step is done: the back button leads here after a login. */
export const startAgain = {
  title: { zh: '页面已过期', en: 'This page has expired' },
  text: {
    zh: '这一步已经完成，或页面打开的时间过长。请回到应用；如尚未登录，可在那里重新登录。',
    en: 'This step is done already, or the page was open for too long. Go back to the application; if you are not logged in there, start again.',
  },
} as const satisfies Record<string, LocalizedText>;

/** The request did not come from our own page. */
export const notFromHere = {
  title: { zh: '请求被拒绝', en: 'Request refused' },
  text: { zh: '此请求不是从本站页面发出的。', en: 'This request was not sent from our own page.' },
} as const satisfies Record<string, LocalizedText>;

/** The client's request was wrong, or the server failed. */
export const failed = {
  title: { zh: '无法继续', en: 'Cannot continue' },
  client: { zh: '应用发来的请求有误，请联系该应用的提供者。', en: 'The request of the application is wrong; please tell its provider.' },
  server: { zh: '服务暂时出错，请稍后再试。', en: 'Something went wrong on our side; please try again soon.' },
} as const satisfies Record<string, LocalizedText>;

const linkSent = {
  title: { zh: '请查收邮件', en: 'Check your mail' },
  message: {
    zh: '如果有使用此邮箱的注册等待验证，新的验证邮件已发送，请查收；之前的链接已失效。',
    en: 'If a registration waits for this mail address, a new mail is on its way; links sent before no longer work.',
  },
} as const satisfies Record<string, LocalizedText>;
