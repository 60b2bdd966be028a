export class PrintPaperWhenAccepted {
  @ReactsTo(paperAccepted)
  on(): void {}
}

declare const paperAccepted: unknown;
declare function ReactsTo(event: unknown): MethodDecorator;
