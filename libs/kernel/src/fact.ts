/** Something that has happened, as one service tells it to the others. Carries ids and business values, never personal data. */
export interface Fact<Data extends object = object> {
  /** The CloudEvents type, `ciep.<service>.<aggregate>.<past_verb>.v<n>`. */
  readonly type: string;
  readonly data: Data;
}
