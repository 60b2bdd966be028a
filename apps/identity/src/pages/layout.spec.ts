import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { fragment, page, pageHeaders } from './layout.page.js';

describe('pages', () => {
  it('escape whatever is put in', () => {
    const evil = `"><script>alert('1')</script>&`;
    expect(fragment`<p title="${evil}">${evil}</p>`.markup).toBe(
      '<p title="&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;">&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;</p>',
    );
  });

  it('nest without escaping twice', () => {
    expect(fragment`<ul>${['a', '<b>'].map(text => fragment`<li>${text}</li>`)}</ul>`.markup).toBe('<ul><li>a</li><li>&lt;b&gt;</li></ul>');
  });

  it('name their language', () => {
    expect(page('zh', '登录', fragment`x`)).toContain('<html lang="zh-CN">');
    expect(page('en', 'Log in', fragment`x`)).toContain('<html lang="en">');
  });

  it('carry the style that their policy admits', () => {
    const [, style = ''] = /<style>([\s\S]*)<\/style>/.exec(page('en', 'Log in', fragment`x`)) ?? [];
    const digest = createHash('sha256').update(style).digest('base64');
    expect(pageHeaders['content-security-policy']).toContain(`'sha256-${digest}'`);
  });

  it('allow no script and do not hinder the way back to a client', () => {
    expect(pageHeaders['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-[\w+/=]+';/);
    expect(pageHeaders['content-security-policy']).not.toContain('form-action');
  });
});
