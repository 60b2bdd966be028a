import * as contracts from '@ciep/contracts';

/** An event type as the checks see it. */
export interface KnownEvent {
  /** The name of its export in libs/contracts. */
  readonly name: string;
  readonly service: string;
  /** `<service>.<aggregate>.<verb>`, as on the cards. */
  readonly title: string;
  /** `<aggregate>.<verb>.v<n>`, the name of its example. */
  readonly file: string;
  /** The fault of some data; undefined if it is valid. */
  readonly refusal: (data: unknown) => string | undefined;
}

/** Every event of libs/contracts. */
export function contractEvents(): KnownEvent[] {
  const names = new Map<unknown, string>(Object.entries(contracts).map(([name, value]) => [value, name]));
  return [...contracts.eventCatalogue.values()].map(eventType => {
    const [, service = '', ...rest] = eventType.type.split('.');
    return {
      name: names.get(eventType) ?? `${eventType.type} (not exported)`,
      service,
      title: [service, ...rest.slice(0, -1)].join('.'),
      file: rest.join('.'),
      refusal: data => eventType.schema.safeParse(data).error?.message,
    };
  });
}

/** Names of the event lists of libs/contracts; a reaction may take a whole list. */
export const contractLists = (): string[] =>
  Object.entries(contracts as Record<string, unknown>)
    .filter(
      ([, value]) => Array.isArray(value) && value.some(one => contracts.eventCatalogue.get((one as contracts.EventType).type) === one),
    )
    .map(([name]) => name);
