/** How well an invoice fits a line: by reference and amount, by reference alone, several might, or none does. */
export const matches = ['exact', 'partial', 'ambiguous', 'none'] as const;
export type Match = (typeof matches)[number];

/** An invoice that a line may be for. */
export interface Candidate {
  readonly id: string;
  readonly reference: string;
  /** In fen; 0 where nothing is asked for any more. */
  readonly outstanding: number;
}

export interface Proposal {
  readonly match: Match;
  /** The invoice that is proposed. */
  readonly invoiceId: string | null;
  /** Those among which a person has to choose. */
  readonly candidateIds: readonly string[];
}

const mostCandidates = 10;

/** What to propose for an amount: `named` are the invoices whose references stand in the text, `alike` those that miss just this amount. */
export function proposalFor(amount: number, named: readonly Candidate[], alike: readonly Candidate[]): Proposal {
  const [only, ...more] = named;
  if (only && more.length === 0) return { match: only.outstanding === amount ? 'exact' : 'partial', invoiceId: only.id, candidateIds: [] };
  const candidateIds = (named.length > 0 ? named : alike).slice(0, mostCandidates).map(({ id }) => id);
  return { match: candidateIds.length > 0 ? 'ambiguous' : 'none', invoiceId: null, candidateIds };
}
