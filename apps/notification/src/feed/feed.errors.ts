import { DomainError } from '@ciep/kernel';

/** Events after this cursor may have been deleted. The reader has to start again and compare with its own data. */
export class FeedCursorExpired extends DomainError {
  constructor(days: number, keptSince: Date) {
    super(
      'gone',
      'event_cursor.expired',
      {
        zh: `游标已过期：事件仅保留 ${days} 天。请去掉 cursor，用 since=${keptSince.toISOString()} 重新开始，忽略已收到的事件编号，并通过 API 核对更早的变更。`,
        en: `The cursor has expired: events are kept for ${days} days. Start anew without it, with since=${keptSince.toISOString()}, ignore the ids that you have seen, and read over the API what changed before.`,
      },
      { days, keptSince: keptSince.toISOString() },
    );
  }
}
