import { createHash } from 'node:crypto';
import type { Language } from '@ciep/kernel';
import { describe, expect, it } from '@jest/globals';
import { fragment, page, pageHeaders } from './layout.page.js';

const reader = (language: Language) => ({ language, address: '/oidc/interaction/x' });
const content = { title: 'Log in', main: fragment`x` };

describe('pages', () => {
  it('escape every value', () => {
    const evil = `"><script>alert('1')</script>&`;
    expect(fragment`<p title="${evil}">${evil}</p>`.markup).toBe(
      '<p title="&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;">&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;</p>',
    );
  });

  it('nest without escaping twice', () => {
    expect(fragment`<ul>${['a', '<b>'].map(text => fragment`<li>${text}</li>`)}</ul>`.markup).toBe('<ul><li>a</li><li>&lt;b&gt;</li></ul>');
  });

  it('name their language', () => {
    expect(page(reader('zh'), content)).toContain('<html lang="zh-CN">');
    expect(page(reader('en'), content)).toContain('<html lang="en">');
  });

  it('have a style that their policy allows', () => {
    const [, style = ''] = /<style>([\s\S]*)<\/style>/.exec(page(reader('en'), content)) ?? [];
    const digest = createHash('sha256').update(style).digest('base64');
    expect(pageHeaders['content-security-policy']).toContain(`'sha256-${digest}'`);
  });

  it('allow no script and do not block the way back to a client', () => {
    expect(pageHeaders['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-[\w+/=]+';/);
    expect(pageHeaders['content-security-policy']).not.toContain('form-action');
  });
});
