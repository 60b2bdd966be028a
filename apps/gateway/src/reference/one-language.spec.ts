import { describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import { inBoth, partIn } from './both-languages.rules.js';
import { inLanguage } from './one-language.rules.js';
import { named } from './tag-names.rules.js';

describe(partIn, () => {
  it.each([
    ['Invoices 账单', 'Invoices', '账单'],
    ['English\n\nin lines\n\n中文\n\nwith `code`', 'English\n\nin lines', '中文\n\nwith `code`'],
    ['English only', 'English only', 'English only'],
    ['仅中文', '仅中文', '仅中文'],
    [inBoth({ en: 'Public.', zh: '公开。' }), 'Public.', '公开。'],
  ])('%j', (text, en, zh) => {
    expect([partIn(text, 'en'), partIn(text, 'zh')]).toEqual([en, zh]);
  });
});

describe(named, () => {
  it('names tags by their words, and by their area where several services have them', () => {
    const tags = [
      { name: 'billing: fee schedules', description: 'What booths cost 收费标准：展位价格' },
      { name: 'billing: audit', description: 'Who changed what 审计记录：谁改了什么' },
      { name: 'conference: audit', description: 'Who changed what 审计记录：谁改了什么' },
    ];
    expect(named(tags).map(tag => tag['x-displayName'])).toEqual([
      'Fee schedules 收费标准',
      'Audit · invoices and payments 审计记录 · 账单与付款',
      'Audit · conference information 审计记录 · 大会信息',
    ]);
  });
});

describe(inLanguage, () => {
  const read = { summary: 'Read 读取', description: 'Public. 公开。', tags: ['billing: fees'], parameters: [{ name: 'x', in: 'query' }] };
  const document = {
    openapi: '3.1.0',
    info: { title: 'API 接口', version: '1', description: 'All 全部' },
    servers: [{ url: '/', description: 'here 此处' }],
    tags: [{ name: 'billing: fees', description: 'What it costs 收费：价格', 'x-displayName': 'Fees 收费' }],
    'x-tagGroups': [{ name: 'Front ends 前端', description: 'For pages 面向网页', tags: ['billing: fees'] }],
    paths: { '/fees': { parameters: [], get: read } },
    webhooks: { happened: { post: { summary: 'Happened 已发生' } } },
    components: {
      schemas: { Fee: { description: 'first (首项)' } },
      securitySchemes: {
        oauth2: {
          type: 'oauth2',
          description: 'log in 登录',
          flows: { any: { tokenUrl: '/oidc/token', scopes: { 'billing:read': 'read 读取' } } },
        },
      },
    },
  } as unknown as OpenAPIObject;

  it('leaves what readers see first in the asked language, and the rest as it is', () => {
    expect(inLanguage(document, 'zh')).toEqual({
      ...document,
      info: { title: '接口', version: '1', description: '全部' },
      servers: [{ url: '/', description: '此处' }],
      tags: [{ name: 'billing: fees', description: '价格', 'x-displayName': '收费' }],
      'x-tagGroups': [{ name: '前端', description: '面向网页', tags: ['billing: fees'] }],
      paths: { '/fees': { parameters: [], get: { ...read, summary: '读取', description: '公开。' } } },
      webhooks: { happened: { post: { summary: '已发生' } } },
      components: {
        schemas: { Fee: { description: 'first (首项)' } },
        securitySchemes: {
          oauth2: { type: 'oauth2', description: '登录', flows: { any: { tokenUrl: '/oidc/token', scopes: { 'billing:read': '读取' } } } },
        },
      },
    });
    expect(inLanguage(document, 'en').paths['/fees']?.get).toMatchObject({ summary: 'Read', description: 'Public.' });
  });
});
