import { Job, WatchedJob, type Progress, type Tx, type WatchedRow } from '@ciep/platform';
import { referencesIn } from '../invoices/reference.rules.js';
import { OurAccounts } from '../ledger/our-accounts.service.js';
import { proposalFor, type Match } from './match.rules.js';
import {
  entriesOf,
  importStatementKind,
  type Entry,
  type IncomingEntry,
  type LeftOut,
  type StatementFile,
} from './statement-file.rules.js';
import { StatementLineRepository } from './statement-line.repository.js';

/** The outcome of a row of the file. */
interface ImportedRow {
  readonly row: number;
  readonly outcome: 'proposed' | 'known' | 'ignored' | 'refused';
  /** Reason of a refusal. */
  readonly reason?: LeftOut['leftOut'] | 'number_used';
  readonly lineId?: string;
  readonly match?: Match;
  readonly invoiceId?: string | null;
}

interface ImportResult {
  readonly counts: Readonly<Record<string, number>>;
  readonly rows: readonly ImportedRow[];
}

const linesAStep = 500;

/** Reads a bank statement and proposes an invoice for each line. A known line changes nothing. */
@Job()
export class ImportStatement extends WatchedJob<StatementFile, ImportResult> {
  override readonly kind = importStatementKind;

  constructor(
    private readonly lines: StatementLineRepository,
    private readonly accounts: OurAccounts,
  ) {
    super();
  }

  async step(
    { id, file, input, done, result }: WatchedRow<StatementFile, ImportResult>,
    tx: Tx,
    now: Date,
  ): Promise<Progress<ImportResult>> {
    const entries = entriesOf(file ?? Buffer.alloc(0), input, now).map(entry => this.ours(entry));
    const part = entries.slice(done, done + linesAStep);
    const rows = [...(result?.rows ?? []), ...(await this.proposed(id, part, tx))];
    return { done: done + part.length, total: entries.length, result: { counts: countsOf(rows), rows } };
  }

  private ours(entry: Entry): Entry {
    return 'leftOut' in entry || this.accounts.has(entry.account) ? entry : { row: entry.row, leftOut: 'account_unknown' };
  }

  private async proposed(jobId: string, part: readonly Entry[], tx: Tx): Promise<ImportedRow[]> {
    const incoming = part.filter((entry): entry is IncomingEntry => !('leftOut' in entry));
    const known = new Map<string, Pick<IncomingEntry, 'amount' | 'receivedOn'>>();
    for (const line of await this.lines.known(incoming, tx)) known.set(numberOf(line), line);
    const fresh: IncomingEntry[] = [];
    const rows = new Map<number, ImportedRow>();
    for (const entry of incoming) {
      const before = known.get(numberOf(entry));
      const isSame = before && before.amount === entry.amount && before.receivedOn === entry.receivedOn;
      if (before)
        rows.set(entry.row, isSame ? { row: entry.row, outcome: 'known' } : { row: entry.row, outcome: 'refused', reason: 'number_used' });
      else fresh.push(entry);
      // Of two lines with one number in a file, the first counts.
      known.set(numberOf(entry), before ?? entry);
    }
    const proposals = await this.proposals(fresh, tx);
    const ids = await this.lines.propose(jobId, proposals, tx);
    for (const proposal of proposals) {
      const lineId = ids.get(numberOf(proposal));
      const { row, match, invoiceId } = proposal;
      rows.set(row, lineId === undefined ? { row, outcome: 'known' } : { row, outcome: 'proposed', lineId, match, invoiceId });
    }
    return part.map(entry => rows.get(entry.row) ?? leftOut(entry as LeftOut));
  }

  private async proposals(entries: readonly IncomingEntry[], tx: Tx) {
    const references = new Map(entries.map(entry => [entry, referencesIn(entry.text ?? '')] as const));
    const named = await this.lines.named([...references.values()].flat(), tx);
    const alike = await this.lines.alike([...new Set(entries.map(({ amount }) => amount))], tx);
    return entries.map(entry => ({
      ...entry,
      ...proposalFor(
        entry.amount,
        named.filter(({ reference }) => references.get(entry)?.includes(reference)),
        alike.filter(({ outstanding }) => outstanding === entry.amount),
      ),
    }));
  }
}

const leftOut = ({ row, leftOut }: LeftOut): ImportedRow =>
  leftOut === 'ignored' ? { row, outcome: 'ignored' } : { row, outcome: 'refused', reason: leftOut };

function countsOf(rows: readonly ImportedRow[]): Record<string, number> {
  const counts: Record<string, number> = { proposed: 0, known: 0, ignored: 0, refused: 0, exact: 0, partial: 0, ambiguous: 0, none: 0 };
  for (const { outcome, match } of rows) {
    counts[outcome] = (counts[outcome] ?? 0) + 1;
    if (match !== undefined) counts[match] = (counts[match] ?? 0) + 1;
  }
  return counts;
}

const numberOf = ({ account, statementKey }: Pick<IncomingEntry, 'account' | 'statementKey'>): string => `${account} ${statementKey}`;
