import { DomainError, type LocalizedText } from '@ciep/kernel';

const urlRefusals = {
  not_a_url: { zh: '不是有效的网址。', en: 'This is not a URL.' },
  credentials_in_url: { zh: '网址不得包含用户名或密码。', en: 'The URL may not contain a user name or password.' },
  fragment_in_url: { zh: '网址不得包含“#”片段。', en: 'The URL may not contain a fragment.' },
  https_only: { zh: '仅接受 https 网址。', en: 'Only https URLs are admitted.' },
  port_refused: { zh: '仅接受 443 与 8443 端口。', en: 'Only the ports 443 and 8443 are admitted.' },
  address_refused: { zh: '该网址不指向公共互联网地址。', en: 'The URL does not lead to a public Internet address.' },
} satisfies Record<string, LocalizedText>;

/** Why an endpoint's URL is refused. */
export type UrlRefusal = keyof typeof urlRefusals;

export class WebhookUrlRefused extends DomainError {
  constructor(readonly reason: UrlRefusal) {
    super('invalid', 'webhook.url_refused', { zh: '该网址不能作为推送地址。', en: 'This URL cannot receive webhooks.' }, { reason }, [
      { pointer: '/url', code: reason, detail: urlRefusals[reason] },
    ]);
  }
}

export class WebhookAudienceUnknown extends DomainError {
  constructor() {
    super('forbidden', 'webhook.no_region', {
      zh: '省级合作单位的客户端未绑定地区，不能接收推送。',
      en: 'This partner is not bound to a region, so there is nothing it could receive.',
    });
  }
}

export class WebhookDisabled extends DomainError {
  constructor(id: string) {
    super(
      'conflict',
      'webhook.disabled',
      { zh: '推送地址已停用，请先启用。', en: 'The webhook is disabled; enable it first.' },
      {
        id,
        allowedActions: ['enable'],
      },
    );
  }
}

export class TooManyWebhooks extends DomainError {
  constructor(limit: number) {
    super(
      'conflict',
      'webhook.too_many',
      { zh: `每个机构最多可设置 ${limit} 个推送地址。`, en: `An organisation may have ${limit} webhooks at most.` },
      { limit },
    );
  }
}
