import { apiScopes } from '@ciep/contracts';
import type { Language, LocalizedText } from '@ciep/kernel';
import { title } from './introduction.page.js';

/**
 * Everything comes from this origin, and no other may frame the page. Scalar writes `style` elements and attributes, hence inline styles;
 * its icons are `data:` images. Nothing inline runs.
 */
export const pageHeaders = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-frame-options': 'DENY',
  vary: 'Accept-Language',
};

const words = {
  links: { en: 'Languages and documents', zh: '语言与文档' },
  loading: { en: 'Loading the reference …', zh: '正在加载接口说明……' },
  noScript: { en: 'This page needs JavaScript. The API as a document:', zh: '本页需要 JavaScript。接口文档：' },
  signedIn: { en: 'Sign-in is done', zh: '登录已结束' },
  closes: { en: 'This window closes by itself. If it does not, close it.', zh: '本窗口将自动关闭；如未关闭，请手动关闭。' },
} as const satisfies Record<string, LocalizedText>;

const languageTag: Readonly<Record<Language, string>> = { en: 'en', zh: 'zh-CN' };

const page = (language: Language, heading: string, head: string, body: string): string => `<!doctype html>
<html lang="${languageTag[language]}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${heading}</title>
    <link rel="icon" href="data:,">${head}
  </head>
  <body>${body}
  </body>
</html>
`;

/** What the reference page is made of. */
export interface Parts {
  /** Addresses of the scripts and the style sheet. */
  readonly scalar: string;
  readonly start: string;
  readonly style: string;
  /** The client through which readers sign in; empty when they enter their own. */
  readonly client: string;
}

/** The reference in one language. Its settings are attributes, because no inline script runs. */
export const referencePage = (language: Language, { scalar, start, style, client }: Parts): string => {
  const document = `/openapi.json?lang=${language}`;
  const other = language === 'en' ? 'zh' : 'en';
  return page(
    language,
    title[language],
    `
    <link rel="stylesheet" href="${style}">`,
    `
    <nav class="site" aria-label="${words.links[language]}">
      <a class="site-name" href="/docs?lang=${language}">${title[language]}</a>
      <a href="/openapi.json">OpenAPI</a>
      <a href="/asyncapi.json">AsyncAPI</a>
      <a href="/docs?lang=${other}" hreflang="${languageTag[other]}" lang="${languageTag[other]}">${other === 'zh' ? '中文' : 'English'}</a>
    </nav>
    <noscript><p class="site-note">${words.noScript[language]} <a href="/openapi.json">/openapi.json</a>, <a href="/asyncapi.json">/asyncapi.json</a></p></noscript>
    <div id="reference" data-document="${document}" data-locale="${languageTag[language]}" data-client="${client}" data-scopes="${apiScopes.join(' ')}"></div>
    <p class="site-note site-loading">${words.loading[language]}</p>
    <script src="${scalar}"></script>
    <script src="${start}"></script>`,
  );
};

/** Where a sign-in ends: the reference reads the address of this window, and closes it. */
export const signedInPage = (language: Language): string =>
  page(
    language,
    words.signedIn[language],
    '',
    `
    <main>
      <h1>${words.signedIn[language]}</h1>
      <p>${words.closes[language]}</p>
    </main>`,
  );
