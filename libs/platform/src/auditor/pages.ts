import type { Database } from '../database/database.js';
import type { Invariant } from './invariant.js';

/** As much of a table as is checked in one go, in milliseconds; the rest is for the next rounds. */
const longestTurn = 300;

type Pages = NonNullable<Invariant['pages']>;

/** The way of an invariant through a large table, page by page and round after round, and what it has found there. */
export class Walk {
  private position: string;
  /** By the beginning of the page; what was found stays until its page is looked at again. */
  private readonly found = new Map<string, readonly string[]>();
  private readonly seen = new Set<string>();

  constructor(
    private readonly pages: Pages,
    private readonly database: Database,
    private readonly ask: (after: string, upTo: string) => Promise<string[]>,
  ) {
    this.position = pages.after;
  }

  /** Goes on for a while, or to the end of the table; answers all that contradicts, as far as it is known. */
  async goOn(longest = longestTurn): Promise<string[]> {
    const begun = performance.now();
    while (!(await this.turnPage()) && performance.now() - begun < longest);
    return [...this.found.values()].flat();
  }

  /** Looks at the next page; true at the end of the table, after which it begins anew. */
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
