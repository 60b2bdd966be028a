/** What a receiver is told of a fact. */
export interface ToldEvent {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly data: unknown;
}

const idsOf = (data: unknown): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(data as Record<string, unknown>).filter(([name, value]) => name.endsWith('Id') && typeof value === 'string'),
  );

/**
 * The body of a webhook: a CloudEvent that says what happened to which object, with ids only. The receiver reads the rest over
 * the API with its own rights (docs/rules.md#webhook-content).
 */
export const told = ({ id, source, type, subject, time, data }: ToldEvent): string =>
  JSON.stringify({ specversion: '1.0', id, source, type, subject, time, datacontenttype: 'application/json', data: idsOf(data) });
