import { services, type ServiceContract } from '@ciep/contracts';
import type { LocalizedText } from '@ciep/kernel';
import { fragment, page } from './layout.page.js';
import type { Reader } from './reader.rules.js';

const texts = {
  zh: { title: '授权确认', asks: '请求以您的名义：', as: '您的账号', organisation: '代表单位', allow: '同意', refuse: '拒绝' },
  en: {
    title: 'Allow access',
    asks: 'asks to do this in your name:',
    as: 'Your account',
    organisation: 'Your organisation',
    allow: 'Allow',
    refuse: 'Refuse',
  },
} as const;

const contracts: Readonly<Record<string, ServiceContract>> = services;

/** The readable text of a scope. */
export function meaningOf(scope: string): LocalizedText {
  if (scope === 'openid') return { zh: '确认您的身份', en: 'know who you are' };
  if (scope === 'profile') return { zh: '查看您的姓名与邮箱', en: 'see your name and mail address' };
  if (scope === 'offline_access') return { zh: '在您退出后继续访问', en: 'go on while you are logged out' };
  const [area = '', verb] = scope.split(':');
  const name = contracts[area]?.area ?? { zh: area, en: area };
  return verb === 'write'
    ? { zh: `查看和修改${name.zh}`, en: `read and change: ${name.en}` }
    : { zh: `查看${name.zh}`, en: `read: ${name.en}` };
}

export interface ConsentPage {
  readonly uid: string;
  readonly proof: string;
  readonly client: LocalizedText;
  readonly person: string;
  /** What the person acts for. */
  readonly organisation: LocalizedText | undefined;
  readonly scopes: readonly string[];
}

/** Who may change something may read it: one line says both. */
const withoutImplied = (scopes: readonly string[]): string[] =>
  scopes.filter(scope => !scope.endsWith(':read') || !scopes.includes(scope.replace(/:read$/, ':write')));

/** Asks whether a client may act for the person. */
export function consentPage(reader: Reader, { uid, proof, client, person, organisation, scopes }: ConsentPage): string {
  const { language } = reader;
  const text = texts[language];
  return page(reader, {
    title: text.title,
    main: fragment`<p><strong>${client[language]}</strong> ${text.asks}</p>
      <ul>
        ${withoutImplied(scopes).map(scope => fragment`<li>${meaningOf(scope)[language]}</li>`)}
      </ul>
      <p class="note">${text.as}: ${person}${organisation && fragment`<br />${text.organisation}: ${organisation[language]}`}</p>
      <form method="post" action="/oidc/interaction/${uid}/consent">
        <input type="hidden" name="proof" value="${proof}" />
        <button type="submit">${text.allow}</button>
      </form>
      <form method="post" action="/oidc/interaction/${uid}/abort">
        <input type="hidden" name="proof" value="${proof}" />
        <button class="quiet" type="submit">${text.refuse}</button>
      </form>`,
  });
}
