export class CountPaperWhenPrinted {
  @ReactsTo(paperPrinted)
  on(): void {}
}

declare const paperPrinted: unknown;
declare function ReactsTo(fact: unknown): MethodDecorator;
