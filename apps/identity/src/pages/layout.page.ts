import { createHash } from 'node:crypto';
import type { Language, LocalizedText } from '@ciep/kernel';

/** HTML that is safe to put into a page. */
export interface Html {
  readonly markup: string;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, character => entities[character] ?? '');

type Value = string | number | Html | readonly Html[] | undefined;

const rendered = (value: Value): string => {
  if (value === undefined) return '';
  if (typeof value === 'string' || typeof value === 'number') return escaped(String(value));
  return 'markup' in value ? value.markup : value.map(each => each.markup).join('');
};

/** Writes HTML; whatever is put in is escaped, except other HTML written with this. */
export const fragment = (strings: TemplateStringsArray, ...values: Value[]): Html => ({
  markup: strings.map((text, index) => text + rendered(values[index])).join(''),
});

const style = `
:root{color-scheme:light dark}
body{margin:0;font:16px/1.6 system-ui,"PingFang SC","Microsoft YaHei","Noto Sans SC",sans-serif;background:#f3f5f8;color:#1b2430}
main{max-width:26rem;margin:8vh auto;padding:2rem;background:#fff;border-radius:.75rem;box-shadow:0 1px 8px #0002}
h1{font-size:1.35rem;margin:0 0 1rem}
label{display:block;margin:.9rem 0 .3rem}
input{box-sizing:border-box;width:100%;padding:.6rem;font:inherit;border:1px solid #8892a0;border-radius:.4rem;background:#fff;color:#1b2430}
button{margin-top:1.2rem;padding:.65rem 1.2rem;width:100%;font:inherit;border:1px solid #0b5cad;border-radius:.4rem;background:#0b5cad;color:#fff;cursor:pointer}
button.quiet{background:#fff;color:#0b5cad;margin-top:.6rem}
button:focus-visible,input:focus-visible{outline:3px solid #f4a300;outline-offset:2px}
.refusal{padding:.6rem .8rem;border-left:4px solid #b3261e;background:#fbeae9;color:#5c120d}
.note{color:#4a5563;font-size:.9rem}
ul{padding-left:1.2rem}
@media(prefers-color-scheme:dark){body{background:#11161d;color:#e6eaf0}main{background:#1b222c}.note{color:#aab4c0}.refusal{background:#3a1513;color:#f6c9c5}}
`;

const styleDigest = createHash('sha256').update(style).digest('base64');

/**
 * The headers of every page: no script, no foreign resource, no frame. Without `form-action`: Chromium applies it to the
 * redirect after the form as well, and the way back to the client would be blocked.
 */
export const pageHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${styleDigest}'; frame-ancestors 'none'; base-uri 'none'`,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cache-control': 'no-store',
};

const brand: LocalizedText = { zh: '中国国际人才交流大会', en: 'Conference on International Exchange of Professionals' };

/** A whole page. */
export function page(language: Language, title: string, content: Html): string {
  return fragment`<!doctype html>
    <html lang="${language === 'zh' ? 'zh-CN' : 'en'}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} – CIEP</title>
        <style>${{ markup: style }}</style>
      </head>
      <body>
        <main>
          <p class="note">${brand[language]}</p>
          <h1>${title}</h1>
          ${content}
        </main>
      </body>
    </html>`.markup;
}
