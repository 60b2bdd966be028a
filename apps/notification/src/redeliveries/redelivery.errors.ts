import { DomainError, type LocalizedText } from '@ciep/kernel';

const refusals = {
  range_empty: { pointer: '/until', zh: '结束时间须晚于开始时间。', en: '`until` has to be later than `since`.' },
  range_too_long: {
    pointer: '/since',
    zh: '时间范围过长，请分段请求。',
    en: 'The time is too long; ask for shorter ones, one after the other.',
  },
  no_longer_kept: {
    pointer: '/since',
    zh: '该时间的事件已不再保留，请通过 API 核对。',
    en: 'Events of that time are no longer kept; read over the API what has changed.',
  },
  too_many_events: { pointer: '/until', zh: '事件过多，请缩短时间范围。', en: 'These are too many events; ask for a shorter time.' },
  not_subscribed: { pointer: '/eventTypes', zh: '该推送地址未订阅此类事件。', en: 'The endpoint does not subscribe to these types.' },
} satisfies Record<string, LocalizedText & { readonly pointer: string }>;

/** Why events are not sent again. */
export type RedeliveryRefusal = keyof typeof refusals;

export class RedeliveryRefused extends DomainError {
  constructor(reason: RedeliveryRefusal, details: Readonly<Record<string, unknown>> = {}) {
    const { pointer, ...detail } = refusals[reason];
    super('invalid', `redelivery.${reason}`, detail, details, [{ pointer, code: reason, detail }]);
  }
}
