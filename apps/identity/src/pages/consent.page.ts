import type { Language, LocalizedText } from '@ciep/kernel';
import { fragment, page } from './layout.page.js';

const texts = {
  zh: { title: '授权确认', asks: '请求以您的名义：', as: '您的账号', allow: '同意', refuse: '拒绝' },
  en: { title: 'Allow access', asks: 'asks to do this in your name:', as: 'Your account', allow: 'Allow', refuse: 'Refuse' },
} as const;

const areas: Readonly<Record<string, LocalizedText>> = {
  identity: { zh: '账号与机构信息', en: 'account and organisation' },
  conference: { zh: '大会信息', en: 'conference information' },
  exhibition: { zh: '参展申请与展位', en: 'exhibition applications and booths' },
  billing: { zh: '账单与付款', en: 'invoices and payments' },
  notification: { zh: '通知设置', en: 'notification settings' },
};

/** What a scope allows, in words. */
export function meaningOf(scope: string): LocalizedText {
  if (scope === 'openid') return { zh: '确认您的身份', en: 'know who you are' };
  if (scope === 'profile') return { zh: '查看您的姓名与邮箱', en: 'see your name and mail address' };
  if (scope === 'offline_access') return { zh: '在您退出后继续访问', en: 'go on while you are logged out' };
  const [area = '', verb] = scope.split(':');
  const name = areas[area] ?? { zh: area, en: area };
  return verb === 'write'
    ? { zh: `查看和修改${name.zh}`, en: `read and change: ${name.en}` }
    : { zh: `查看${name.zh}`, en: `read: ${name.en}` };
}

export interface ConsentPage {
  readonly uid: string;
  readonly proof: string;
  readonly client: LocalizedText;
  readonly person: string;
  readonly scopes: readonly string[];
}

/** Asks whether a client may act for the person. */
export function consentPage(language: Language, { uid, proof, client, person, scopes }: ConsentPage): string {
  const text = texts[language];
  return page(
    language,
    text.title,
    fragment`<p><strong>${client[language]}</strong> ${text.asks}</p>
      <ul>
        ${scopes.map(scope => fragment`<li>${meaningOf(scope)[language]}</li>`)}
      </ul>
      <p class="note">${text.as}: ${person}</p>
      <form method="post" action="/oidc/interaction/${uid}/consent">
        <input type="hidden" name="proof" value="${proof}" />
        <button type="submit">${text.allow}</button>
      </form>
      <form method="post" action="/oidc/interaction/${uid}/abort">
        <input type="hidden" name="proof" value="${proof}" />
        <button class="quiet" type="submit">${text.refuse}</button>
      </form>`,
  );
}
