/** Something that has happened in one service, published to the others. It carries ids and business values, never personal data. */
export interface IntegrationEvent<Data extends object = object> {
  /** The CloudEvents type, `ciep.<service>.<aggregate>.<past_verb>.v<n>`. */
  readonly type: string;
  readonly data: Data;
}
