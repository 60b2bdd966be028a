export class CountPaperWhenPrinted {
  @ReactsTo(paperPrinted, ...loudEvents)
  on(): void {}
}

declare const paperPrinted: unknown;
declare const loudEvents: unknown[];
declare function ReactsTo(...events: unknown[]): MethodDecorator;
