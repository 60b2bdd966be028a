import * as contracts from '@ciep/contracts';

/** A kind of fact as the checks see it. */
export interface KnownFact {
  /** The name under which libs/contracts exports it. */
  readonly name: string;
  readonly service: string;
  /** `<service>.<aggregate>.<verb>`, as on the cards. */
  readonly title: string;
  /** `<aggregate>.<verb>.v<n>`, the name of its example. */
  readonly file: string;
  /** What is wrong with data, undefined when it fits. */
  readonly refusal: (data: unknown) => string | undefined;
}

/** Every fact of libs/contracts. */
export function contractFacts(): KnownFact[] {
  const names = new Map<unknown, string>(Object.entries(contracts).map(([name, value]) => [value, name]));
  return [...contracts.factTypes.values()].map(factType => {
    const [, service = '', ...rest] = factType.type.split('.');
    return {
      name: names.get(factType) ?? `${factType.type} (not exported)`,
      service,
      title: [service, ...rest.slice(0, -1)].join('.'),
      file: rest.join('.'),
      refusal: data => factType.schema.safeParse(data).error?.message,
    };
  });
}
