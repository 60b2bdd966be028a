import { createHash } from 'node:crypto';
import { languages, type Language, type LocalizedText } from '@ciep/kernel';
import type { Application } from '../clients/applications.service.js';
import { inLanguage, type Reader } from './reader.rules.js';
import { style } from './style.page.js';

/** HTML that is safe to insert into a page. */
export interface Html {
  readonly markup: string;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, character => entities[character] ?? '');

type Value = string | number | Html | readonly Html[] | false | undefined;

const rendered = (value: Value): string => {
  if (value === undefined || value === false) return '';
  if (typeof value === 'string' || typeof value === 'number') return escaped(String(value));
  return 'markup' in value ? value.markup : value.map(each => each.markup).join('');
};

/** A template tag for HTML: it escapes every value except other results of this tag. */
export const fragment = (strings: TemplateStringsArray, ...values: Value[]): Html => ({
  markup: strings.map((text, index) => text + rendered(values[index])).join(''),
});

const styleDigest = createHash('sha256').update(style).digest('base64');

/**
 * The headers of every page: no script, no foreign resource, no frame. Without `form-action`, because Chromium also applies it to the
 * redirect after the form, which would block the way back to the client. No page is kept, so the back button asks for it anew.
 */
export const pageHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${styleDigest}'; frame-ancestors 'none'; base-uri 'none'`,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cache-control': 'no-store',
  vary: 'Accept-Language, Cookie',
};

const brand: LocalizedText = { zh: '中国国际人才交流大会', en: 'Conference on International Exchange of Professionals' };

/** Two rings that hold each other. */
const mark = fragment`<svg viewBox="0 0 44 44" stroke-width="3" aria-hidden="true"><rect width="44" height="44" rx="10" stroke="none"/><g fill="none"><path d="M24.500 28.900a8 8 0 1 1 1.500-5.500"/><path d="M19.500 15.100a8 8 0 1 1-1.500 5.500"/></g></svg>`;

const tags: Readonly<Record<Language, string>> = { zh: 'zh-CN', en: 'en' };
const ownNames: LocalizedText = { zh: '中文', en: 'English' };
const errorTitle = { zh: (title: string) => `错误：${title}`, en: (title: string) => `Error: ${title}` };

/** What one page says. */
export interface Content {
  readonly title: string;
  readonly main: Html;
  readonly isError?: boolean;
  /** A form that must not lose what was typed: its button switches the language. */
  readonly switchBy?: { readonly form: string; readonly action: string };
}

/** A complete page. */
export function page(reader: Reader, { title, main, isError = false, switchBy }: Content): string {
  const { language } = reader;
  return fragment`<!doctype html>
    <html lang="${tags[language]}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${isError ? errorTitle[language](title) : title} – CIEP</title>
        <style>${{ markup: style }}</style>
      </head>
      <body>
        <header>${mark}<span>${brand[language]}</span></header>
        <main>
          <h1>${title}</h1>
          ${main}
        </main>
        <footer>${languageSwitch(reader, switchBy)}</footer>
      </body>
    </html>`.markup;
}

/** Behind the forms of the page, so that Enter in a field sends the form and does not switch the language. */
const languageSwitch = ({ language: present, address }: Reader, by: Content['switchBy']): Html =>
  fragment`<nav aria-label="语言 / Language">${languages.map(language => {
    const [tag, name] = [tags[language], ownNames[language]];
    if (language === present) return fragment`<span lang="${tag}" aria-current="true">${name}</span>`;
    return by
      ? fragment`<button type="submit" form="${by.form}" formaction="${by.action}" formnovalidate name="lang" value="${language}" lang="${tag}">${name}</button>`
      : fragment`<a href="${inLanguage(address, language)}" hreflang="${tag}" lang="${tag}">${name}</a>`;
  })}</nav>`;

/** The text of a refusal. It has the focus, unless a field is to be corrected. */
export const refusalText = (text: string, hasFocus: boolean): Html =>
  fragment`<p class="refusal" id="refusal" tabindex="-1"${hasFocus && fragment` autofocus`} role="alert">${text}</p>`;

/** Marks a field as the wrong one; `also` is the id of another description. */
export const wrong = (isWrong: boolean, also?: string): Html | undefined => {
  const describing = [...(isWrong ? ['refusal'] : []), ...(also === undefined ? [] : [also])].join(' ');
  return fragment`${isWrong && fragment` aria-invalid="true"`}${describing !== '' && fragment` aria-describedby="${describing}"`}`;
};

const ways = {
  go: { zh: (name: string) => `前往${name}`, en: (name: string) => `Go to ${name}` },
  back: { zh: (name: string) => `返回${name}`, en: (name: string) => `Back to ${name}` },
  logIn: { zh: () => '立即登录', en: () => 'Log in now' },
} as const;

/** Leads to a front end: where the person came from, where the platform has its own, or where one logs in. */
export function wayTo(language: Language, application: Application | undefined, isLogin = false): Html | undefined {
  if (!application) return undefined;
  const { name, address, isOfPerson } = application;
  const text = ways[isLogin ? 'logIn' : isOfPerson ? 'back' : 'go'][language](name[language]);
  return fragment`<p><a class="button" href="${address}">${text}</a></p>`;
}
