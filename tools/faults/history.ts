import { appendFileSync } from 'node:fs';

/** How an operation ended, as far as its client knows. */
export type Outcome = 'ok' | 'fail' | 'unknown';

/** One write or read of a client, with everything it learnt. */
export interface Operation {
  readonly id: number;
  readonly client: string;
  /** What it was: `application.draft`, `payment.record` … */
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
  /** What the answer was about, if it said so. */
  subject?: { readonly id: string; readonly version?: number };
  /** A word of its own that the effect carries in its row, where it can. */
  readonly mark?: string;
}

/** The thing that an operation was about: aggregate and id; undefined if its answer did not say. */
export function thingOf({ name, subject }: Operation): string | undefined {
  return subject && `${name.slice(0, name.indexOf('.'))} ${subject.id}`;
}

/** What clients did, in memory and, line by line as it happens, in a JSONL file. */
export class History {
  readonly operations: Operation[] = [];
  private lines: string[] = [];

  constructor(private readonly file?: string) {}

  /** A client is about to send something. */
  invoke(begun: Pick<Operation, 'client' | 'name' | 'service'> & { key?: string; mark?: string }): Operation {
    const operation: Operation = { id: this.operations.length + 1, ...begun, begun: Date.now(), ended: 0, outcome: 'unknown', attempts: 0 };
    this.operations.push(operation);
    this.write({ what: 'invoke', ...begun, id: operation.id, at: operation.begun });
    return operation;
  }

  /** It knows how that ended, or that it will never know. */
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

  /** Writes out what is still in memory. */
  flush(): void {
    if (this.file !== undefined && this.lines.length > 0) appendFileSync(this.file, `${this.lines.join('\n')}\n`);
    this.lines = [];
  }
}
