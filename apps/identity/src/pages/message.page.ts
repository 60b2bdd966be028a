import type { Language, LocalizedText } from '@ciep/kernel';
import { fragment, page } from './layout.page.js';

const noteOf = { zh: '错误代码', en: 'Error code' } as const;

/** One thing to tell, with the code of the error if it is one. */
export const messagePage = (language: Language, title: LocalizedText, message: LocalizedText, code?: string): string =>
  page(
    language,
    title[language],
    fragment`<p${code === undefined ? undefined : fragment` class="refusal" role="alert"`}>${message[language]}</p>
${code === undefined ? undefined : fragment`<p class="note">${noteOf[language]}: ${code}</p>`}`,
  );

/** The page was open for too long, or in another browser. */
export const startAgain = {
  title: { zh: '页面已过期', en: 'This page has expired' },
  message: { zh: '此页面已过期，请回到应用重新登录。', en: 'This page has expired. Please go back to the application and start again.' },
} as const satisfies Record<string, LocalizedText>;

/** The request did not come from our own page. */
export const notFromHere = {
  title: { zh: '请求被拒绝', en: 'Request refused' },
  message: { zh: '此请求不是从本站页面发出的。', en: 'This request was not sent from our own page.' },
} as const satisfies Record<string, LocalizedText>;

/** Something is wrong with what the client asked, or with us. */
export const failed = {
  title: { zh: '无法继续', en: 'Cannot continue' },
  client: { zh: '应用发来的请求有误，请联系该应用的提供者。', en: 'The request of the application is wrong; please tell its provider.' },
  server: { zh: '服务暂时出错，请稍后再试。', en: 'Something went wrong on our side; please try again soon.' },
} as const satisfies Record<string, LocalizedText>;

export const linkSent = {
  title: { zh: '邮件已发送', en: 'Mail sent' },
  message: {
    zh: '新的验证邮件已发送，请查收；之前的链接已失效。',
    en: 'A new verification mail is on its way; links sent before no longer work.',
  },
} as const satisfies Record<string, LocalizedText>;
