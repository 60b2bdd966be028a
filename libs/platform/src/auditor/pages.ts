import type { Database } from '../database/database.js';
import type { Invariant } from './invariant.js';

/** How long one turn reads a table; the next turns read the rest. */
const turnTimeMs = 300;

type Pages = NonNullable<Invariant['pages']>;

/** Checks an invariant on a large table page by page, over several turns, and keeps the violations. */
export class Walk {
  private position: string;
  /** Violations by the start of their page; they stay until the page is checked again. */
  private readonly found = new Map<string, readonly string[]>();
  private readonly seen = new Set<string>();

  constructor(
    private readonly pages: Pages,
    private readonly database: Database,
    private readonly ask: (after: string, upTo: string) => Promise<string[]>,
  ) {
    this.position = pages.after;
  }

  /** Continues for one turn, or to the end of the table; returns all known violations. */
  async goOn(longest = turnTimeMs): Promise<string[]> {
    const begun = performance.now();
    while (!(await this.turnPage()) && performance.now() - begun < longest);
    return [...this.found.values()].flat();
  }

  /** Checks the next page; true at the end of the table, after which it starts again. */
  private async turnPage(): Promise<boolean> {
    const { of, after, size } = this.pages;
    const [page] = await this.database.query<{ rows: number; last: string | null }[]>(
      `SELECT count(*)::int AS rows, (array_agg(id ORDER BY id DESC))[1]::text AS last FROM (SELECT id FROM ${of} WHERE id > $1 ORDER BY id LIMIT ${size}) p`,
      [this.position],
    );
    if (page?.last != null) {
      this.found.set(this.position, await this.ask(this.position, page.last));
      this.seen.add(this.position);
      this.position = page.last;
    }
    if ((page?.rows ?? 0) === size) return false;
    for (const begin of this.found.keys()) if (!this.seen.has(begin)) this.found.delete(begin);
    this.seen.clear();
    this.position = after;
    return true;
  }
}
