import { appendFileSync } from 'node:fs';

/** The outcome of an operation, as far as its client knows. */
export type Outcome = 'ok' | 'fail' | 'unknown';

/** One write or read of a client, with everything that it learnt. */
export interface Operation {
  readonly id: number;
  readonly client: string;
  /** The operation: `application.draft`, `payment.record` … */
  readonly name: string;
  readonly service: string;
  readonly begun: number;
  ended: number;
  outcome: Outcome;
  /** The Idempotency-Key of all its attempts; undefined for a read. */
  readonly key?: string;
  attempts: number;
  /** Status of the last answer. */
  status?: number;
  /** Code of the last refusal. */
  code?: string;
  /** The resource that the answer was about, if it said so. */
  subject?: { readonly id: string; readonly version?: number };
  /** A unique word that the effect stores in its row, where possible. */
  readonly mark?: string;
}

/** The resource of an operation: aggregate and id; undefined if its answer did not say. */
export function thingOf({ name, subject }: Operation): string | undefined {
  return subject && `${name.slice(0, name.indexOf('.'))} ${subject.id}`;
}

/** The clients' operations, in memory and, line by line as they happen, in a JSONL file. */
export class History {
  readonly operations: Operation[] = [];
  private lines: string[] = [];

  constructor(private readonly file?: string) {}

  /** Records that a client is about to send a request. */
  invoke(begun: Pick<Operation, 'client' | 'name' | 'service'> & { key?: string; mark?: string }): Operation {
    const operation: Operation = { id: this.operations.length + 1, ...begun, begun: Date.now(), ended: 0, outcome: 'unknown', attempts: 0 };
    this.operations.push(operation);
    this.write({ what: 'invoke', ...begun, id: operation.id, at: operation.begun });
    return operation;
  }

  /** Records the outcome, or that it will never be known. */
  end(operation: Operation, outcome: Outcome): void {
    operation.outcome = outcome;
    operation.ended = Date.now();
    const { id, ended: at, status, code, subject, attempts } = operation;
    this.write({ what: outcome, id, at, status, code, subject, attempts });
  }

  private write(line: object): void {
    if (this.file === undefined) return;
    this.lines.push(JSON.stringify(line));
    if (this.lines.length >= 100) this.flush();
  }

  /** Flushes buffered lines. */
  flush(): void {
    if (this.file !== undefined && this.lines.length > 0) appendFileSync(this.file, `${this.lines.join('\n')}\n`);
    this.lines = [];
  }
}
