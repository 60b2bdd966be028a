export interface Fact {
  type: string;
}
